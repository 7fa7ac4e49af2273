"""How a page has something done: once for each form in view, and in words where it failed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Path, Response

from matka_gateway.failures import Failure, failure_of
from matka_gateway.pages.rendering import page
from matka_gateway.pages.visit import Visit
from matka_gateway.upstream import Deed
from matka_kit.client import Refused
from matka_kit.errors import Transient, Unauthenticated, Unavailable

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,100}$")]
_LONGEST_KEY = 100
_INVALID = 422
# Which field of its form a broken rule is about, where services say no more than the rule.
_FIELD_OF = {
    "before-the-pair-formed": "date",
    "gathering-outside-program": "date",
    "meeting-in-the-past": "date",
    "meeting-not-begun": "date",
    "meeting-too-far-ahead": "date",
    "no-such-local-time": "time",
    "pair-already-meets-then": "time",
}


@dataclass(frozen=True)
class Trouble:
    """What somebody just tried and why it did not work.

    `about` is the id of what it was tried on, `fields` what is wrong in which field of its form: codes of
    the terms `typed`.
    """

    status: int
    text: str
    about: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def command_key(visit: Visit, path: str, body: Any) -> str:
    """What makes a double click one command: the form in view, where it leads and what it says."""
    words = f"{visit.field('once')[:_LONGEST_KEY]}\x1f{path}\x1f{body}"
    return hashlib.sha256(words.encode()).hexdigest()


async def attempt(
    visit: Visit, service: str, path: str, body: Any = None, *, about: str = "", method: str = "POST"
) -> Trouble | None:
    """Have a service do something in the visitor's name; the trouble it met. Raises `Unauthenticated`."""
    deed = Deed(service, path, body, command_key(visit, path, body), method)
    try:
        await visit.gateway.upstream.tell(visit.require().caller, deed)
    except (Refused, Transient, Unavailable, TimeoutError) as error:
        failure = failure_of(error, visit.request.url.path)
        if failure.status == Unauthenticated.status:
            raise Unauthenticated from error
        return trouble_of(visit, failure, about)
    return None


def trouble_of(visit: Visit, failure: Failure, about: str = "") -> Trouble:
    """A failure as a page shows it above and in its form."""
    named = failure.fields or [_FIELD_OF[failure.code]] if failure.code in _FIELD_OF else failure.fields
    fields = dict.fromkeys(named, "not-right")
    return Trouble(failure.status, failure.text(visit.language), about, fields, failure.headers)


def unfinished(visit: Visit, problems: Mapping[str, str], about: str = "") -> Trouble:
    """Fields of a form that are not right yet."""
    text = visit.language.say("Some of this is missing or not right yet.")
    return Trouble(_INVALID, text, about, problems)


def show(visit: Visit, template: str, trouble: Trouble | None, **facts: Any) -> Response:
    """A page of a participant's own, with what did not work just now or else what did."""
    outcome = "" if trouble else visit.request.query_params.get("done", "")
    status = trouble.status if trouble else 200
    response = page(visit, template, status, trouble=trouble, done=outcome, **facts)
    response.headers.update(trouble.headers if trouble else {})
    return response


def done(visit: Visit, path: str, what: str) -> Response:
    """On to a page that says that it was done: `what` is a code of the terms `done`."""
    return visit.go(f"{path}?done={what}")
