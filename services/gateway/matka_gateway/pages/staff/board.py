"""A program's board: what waits for the member of staff who looks, and where everyone stands."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response

from matka_gateway.matching_readings import Draft
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.staff.desk import Desk, Id
from matka_gateway.pages.staff.standings import quiet_pairs
from matka_gateway.pages.visit import VisitOf
from matka_gateway.readings import Counts, read_list, read_one
from matka_gateway.staff_readings import Case, DeskGathering, Issued, Rhythm
from matka_gateway.terms import in_order
from matka_gateway.upstream import Ask, Gap

router = APIRouter(route_class=PageRoute)
_WAITING = ("counts", "gatherings", "rhythm", "cases", "proposals")
_NO_NUMBERS = Counts(applications={}, mentors={}, pairs={})


@dataclass(frozen=True)
class Waiting:
    """What waits: numbers with the lists that they lead to, and the few things that are shown by name."""

    undecided: int
    talks: tuple[str, ...]
    unanswered: int
    rhythm: list[Rhythm]
    unmarked: list[DeskGathering]
    cases: list[Case]
    draft: Draft | None

    @property
    def is_empty(self) -> bool:
        return not any(vars(self).values())

    def people(self) -> set[str]:
        paired = {person for pair in self.rhythm for person in (pair.mentor_id, pair.mentee_id)}
        return paired | set(self.talks)


@router.api_route("/programs/{program_id}", methods=["GET", "HEAD"])
async def board(program_id: Id, visit: VisitOf) -> Response:
    """One call per service and matter, a marked gap for what is away."""
    desk = Desk.at(visit, program_id)
    answers = await desk.gather(
        counts=Ask("pairing", f"{desk.home}/counts"),
        proposals=Ask("pairing", f"{desk.home}/proposals"),
        cases=Ask("pairing", f"{desk.home}/cases?status=open", whole="cases"),
        gatherings=Ask("scheduling", f"{desk.home}/gatherings"),
        rhythm=quiet_pairs(desk),
        certificates=Ask("certificates", f"{desk.home}/certificates"),
    )
    counts = read_one(Counts, answers["counts"])
    waiting = _waiting(desk, answers, counts, visit.gateway.clock.now())
    certificates = read_list(Issued, answers["certificates"], "certificates")
    gatherings = read_list(DeskGathering, answers["gatherings"], "gatherings")
    return desk.show(
        "board.html",
        answers,
        waiting=waiting,
        some_missing=any(isinstance(answers[part], Gap) for part in _WAITING),
        names=await desk.names(waiting.people()),
        counts=counts,
        statuses=_statuses(counts),
        gatherings=gatherings if isinstance(gatherings, Gap) else sorted(gatherings, key=_begins),
        certificates=certificates
        if isinstance(certificates, Gap)
        else Counter(each.standing for each in certificates),
    )


def _waiting(desk: Desk, answers: Mapping[str, Any], counts: Counts | Gap, now: datetime) -> Waiting:
    """Of each part that answered, what is to be done."""
    numbers = _NO_NUMBERS if isinstance(counts, Gap) else counts
    rhythm = _known(read_list(Rhythm, answers["rhythm"], "pairs"))
    cases = _known(read_list(Case, answers["cases"], "cases"))
    gatherings = _known(read_list(DeskGathering, answers["gatherings"], "gatherings"))
    drafts = _known(read_list(Draft, answers["proposals"], "proposals"))
    return Waiting(
        undecided=numbers.undecided,
        talks=numbers.talks,
        unanswered=numbers.pairs.get("proposed", 0),
        rhythm=sorted((each for each in rhythm if each.needs_a_look), key=lambda each: each.signal != "red"),
        unmarked=[each for each in gatherings if each.lacks_attendance(now)],
        cases=[each for each in cases if each.concerns(desk.me, now)],
        draft=drafts[0] if drafts and drafts[0].status == "draft" and drafts[0].matched else None,
    )


def _known(found: list[Any] | Gap) -> list[Any]:
    return [] if isinstance(found, Gap) else found


def _begins(gathering: DeskGathering) -> datetime:
    return gathering.starts_at


def _statuses(counts: Counts | Gap) -> list[str]:
    """The statuses that applications have, whatever their role."""
    if isinstance(counts, Gap):
        return []
    found: Counter[str] = Counter()
    for numbers in counts.applications.values():
        found.update(numbers)
    return [*in_order("application", found)]
