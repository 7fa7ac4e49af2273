"""What a participant's own page shows, gathered from the services, and what did not work on it just now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import Response

from matka_contracts.terms import PARTICIPANTS, MeetingForm
from matka_gateway.pages.rendering import page
from matka_gateway.pages.visit import Visit
from matka_gateway.plans import TypedPlan
from matka_gateway.readings import Certificate, Gathering, Meeting, Pair, Program, read_list
from matka_gateway.upstream import GAP, Ask, Gap
from matka_kit.auth import Caller

_PARTS = {
    "me": Ask("people", "/me"),
    "programs": Ask("pairing", "/programs"),
    "pairs": Ask("pairing", "/pairs"),
    "meetings": Ask("scheduling", "/me/meetings"),
    "certificates": Ask("certificates", "/me/certificates"),
}
_SHOWN = ("proposed", "formed", "completed", "ended")


@dataclass(frozen=True)
class Trouble:
    """What somebody just tried and why it did not work; `typed` is kept in the form of that pair."""

    status: int
    text: str
    pair_id: str = ""
    typed: TypedPlan = field(default_factory=TypedPlan)


@dataclass(frozen=True)
class MyPair:
    """A pair as one of the two sees it; `other` is empty while `people` is away."""

    pair: Pair
    am_mentor: bool
    has_accepted: bool
    other: str
    program: Program | None
    typed: TypedPlan
    in_trouble: bool


async def own_page(visit: Visit, trouble: Trouble | None = None) -> Response:
    """All that is this person's own: one call per matter, side by side, then the others' names."""
    session, upstream = visit.require(), visit.gateway.upstream
    gatherings = {
        f"gatherings {scope}": Ask("scheduling", f"/programs/{scope}/gatherings")
        for scope in sorted(session.caller.scopes(PARTICIPANTS))
    }
    answers = await upstream.side_by_side(session.caller, _PARTS | gatherings)
    found = read_list(Pair, answers["pairs"], "pairs")
    known = [] if isinstance(found, Gap) else found
    names = await upstream.names({pair.beside(session.person_id) for pair in known})
    programs = _by_id(read_list(Program, answers["programs"], "programs"))
    mine = [_as_seen_by(session.person_id, pair, names, programs, trouble) for pair in known]
    shown = [each for each in mine if each.pair.standing in _SHOWN]
    shown.sort(key=lambda each: _SHOWN.index(each.pair.standing))
    now = visit.gateway.clock.now()
    return page(
        visit,
        "mine.html",
        trouble.status if trouble else 200,
        trouble=trouble,
        name=_name(answers["me"]),
        pairs=found if isinstance(found, Gap) else shown,
        **_by_time(read_list(Meeting, answers["meetings"], "meetings"), now),
        others={each.pair.id: each.other for each in mine},
        gatherings=_open(session.caller, [answers[each] for each in gatherings], now),
        certificates=read_list(Certificate, answers["certificates"], "certificates"),
        forms=[each.value for each in MeetingForm],
    )


def _as_seen_by(
    person_id: str,
    pair: Pair,
    names: Mapping[str, str],
    programs: Mapping[str, Program],
    trouble: Trouble | None,
) -> MyPair:
    concerned = trouble if trouble and trouble.pair_id == pair.id else None
    return MyPair(
        pair=pair,
        am_mentor=pair.mentor_id == person_id,
        has_accepted=person_id in pair.accepted,
        other=names.get(pair.beside(person_id), ""),
        program=programs.get(pair.program_id),
        typed=concerned.typed if concerned else TypedPlan(),
        in_trouble=concerned is not None,
    )


def _by_time(meetings: list[Meeting] | Gap, now: datetime) -> dict[str, list[Meeting] | Gap]:
    """The meetings to come, and those that are past and that nobody has logged, the latest first."""
    if isinstance(meetings, Gap):
        return {"meetings": meetings, "unlogged": meetings}
    past = [each for each in meetings if each.starts_at <= now]
    return {"meetings": [each for each in meetings if each.starts_at > now], "unlogged": past[::-1]}


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


def _by_id(programs: list[Program] | Gap) -> dict[str, Program]:
    return {} if isinstance(programs, Gap) else {each.id: each for each in programs}


def _name(me: Any) -> str:
    return "" if isinstance(me, Gap) else str(me["name"])
