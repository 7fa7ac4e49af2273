"""What a participant sees first: what there is to do now, my pair, what comes next, my certificate."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response

from matka_contracts.terms import PARTICIPANTS
from matka_gateway.pages.deeds import Id, Trouble, show
from matka_gateway.pages.mine.paired import MyPair, are_over, by_id, my_pairs
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import Visit, VisitOf
from matka_gateway.readings import Certificate, Gathering, Meeting, Program, Way, read_list
from matka_gateway.upstream import GAP, Ask, Gap, Incoming
from matka_kit.auth import Caller
from matka_kit.errors import NotFound

router = APIRouter(route_class=PageRoute, prefix="/mine")
_PARTS = {
    "me": Ask("people", "/me"),
    "meetings": Ask("scheduling", "/me/meetings"),
    "certificates": Ask("certificates", "/me/certificates"),
    "ways": Ask("pairing", "/readiness"),
    "programs": Ask("pairing", "/programs"),
}
_SHOWN = ("proposed", "formed", "completed", "ended")


@dataclass(frozen=True)
class ToDo:
    """What a participant can do now; a gap anywhere hides only what depends on it."""

    answer: list[MyPair]
    log: list[Meeting]
    agree: list[MyPair]
    plan: list[MyPair]
    study: bool = False

    @property
    def anything(self) -> bool:
        """Whether there is something."""
        return any(vars(self).values())


@router.api_route("", methods=["GET", "HEAD"])
async def mine(visit: VisitOf) -> Response:
    """All that is this person's own."""
    return await own_page(visit)


@router.api_route("/certificates/{certificate_id}", methods=["GET", "HEAD"])
async def certificate_file(certificate_id: Id, visit: VisitOf) -> Response:
    """The certificate's PDF, byte for byte; its owner's service says who may have it."""
    path = f"certificates/{certificate_id}/file"
    incoming = Incoming("certificates", "GET", path, "", {"accept": "application/pdf"}, b"")
    answer = await visit.gateway.upstream.pass_on(incoming, visit.require().caller)
    if answer.status != 200:
        raise NotFound
    headers = {"Content-Disposition": answer.headers["content-disposition"]}  # named by its number
    return Response(answer.content, media_type="application/pdf", headers=headers)


async def own_page(visit: Visit, trouble: Trouble | None = None) -> Response:
    """All that is this person's own: one call per matter, side by side, then the others' names."""
    session = visit.require()
    scopes = session.caller.scopes(PARTICIPANTS)
    gatherings = {
        f"gatherings {scope}": Ask("scheduling", f"/programs/{scope}/gatherings") for scope in sorted(scopes)
    }
    answers, pairs = await asyncio.gather(
        visit.gateway.upstream.side_by_side(session.caller, _PARTS | gatherings), my_pairs(visit)
    )
    known = [] if isinstance(pairs, Gap) else pairs
    shown = [each for each in known if each.pair.standing in _SHOWN]
    shown.sort(key=lambda each: _SHOWN.index(each.pair.standing))
    now = visit.gateway.clock.now()
    meetings = read_list(Meeting, answers["meetings"], "meetings")
    return show(
        visit,
        "mine/overview.html",
        trouble,
        name=_name(answers["me"]),
        todo=_to_do(shown, meetings, read_list(Way, answers["ways"], "ways"), now),
        pairs=pairs if isinstance(pairs, Gap) else shown,
        meetings=meetings if isinstance(meetings, Gap) else [m for m in meetings if m.starts_at > now],
        others={each.pair.id: each.other for each in known},
        gatherings=_open(session.caller, [answers[each] for each in gatherings], now),
        certificates=read_list(Certificate, answers["certificates"], "certificates"),
        over=are_over(scopes, by_id(read_list(Program, answers["programs"], "programs"))),
    )


def _to_do(pairs: list[MyPair], meetings: list[Meeting] | Gap, ways: list[Way] | Gap, now: datetime) -> ToDo:
    formed = [each for each in pairs if each.is_formed]
    planned = [] if isinstance(meetings, Gap) else meetings
    ahead = {each.pair_id for each in planned if each.starts_at > now}
    return ToDo(
        answer=[each for each in pairs if each.pair.status == "proposed" and not each.has_accepted],
        log=[each for each in planned if each.starts_at <= now][::-1],
        agree=[each for each in formed if each.pair.agreement is None],
        plan=[] if isinstance(meetings, Gap) else [each for each in formed if each.pair.id not in ahead],
        study=not isinstance(ways, Gap) and any(each.may_study for each in ways),
    )


def _open(caller: Caller, answers: Iterable[Any], now: datetime) -> list[Gathering] | Gap:
    """The gatherings to come that concern this person, in order of time."""
    found: list[Gathering] = []
    for answer in answers:
        gatherings = read_list(Gathering, answer, "gatherings")
        if isinstance(gatherings, Gap):
            return GAP
        found += gatherings
    concerning = (each for each in found if each.is_ahead(now) and each.concerns(caller))
    return sorted(concerning, key=lambda each: each.starts_at)


def _name(me: Any) -> str:
    return "" if isinstance(me, Gap) else str(me["name"])
