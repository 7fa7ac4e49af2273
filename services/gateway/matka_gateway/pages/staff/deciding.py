"""Decisions about one application, wherever they are taken."""

import re
from typing import Any

from matka_gateway.pages.staff.deeds import attempt, do
from matka_gateway.pages.staff.desk import Trouble
from matka_gateway.pages.visit import Visit
from matka_gateway.staff_terms import STAFF_TERMS
from matka_kit.errors import NotFound

DECISIONS = ("admit", "wait", "decline", "refer")
_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


def one_of(value: str, known: object) -> str:
    """A value that a form of ours offers. Raises `NotFound` for any other."""
    if value not in known:  # type: ignore[operator]
        raise NotFound
    return value


def id_in(visit: Visit, name: str) -> str:
    """An id that a form of ours carries. Raises `NotFound` for what is none."""
    if not _ID.fullmatch(value := visit.field(name)):
        raise NotFound
    return value


async def decide(visit: Visit) -> Any | Trouble:
    """Do what the form says about the application that it names; the trouble, if there was any."""
    application, deed = id_in(visit, "application"), one_of(visit.field("deed"), DECISIONS)
    body = None
    if deed != "admit":
        body = {"reason": one_of(visit.field("reason"), STAFF_TERMS["decision-reason"])}
    about = f"application-{application}"
    path = f"/applications/{application}/{deed}"
    return await attempt(visit, do(visit, "pairing", path, body), about, {"reason": visit.field("reason")})
