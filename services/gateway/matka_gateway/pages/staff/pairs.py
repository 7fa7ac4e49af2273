"""Pairs: the list with rhythm signals, one pair's page, and ending a pair without blame."""

from dataclasses import dataclass, replace

from fastapi import APIRouter, Response

from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.staff.cases import asked, gathered
from matka_gateway.pages.staff.deciding import one_of
from matka_gateway.pages.staff.deeds import attempt, do
from matka_gateway.pages.staff.desk import Desk, Id, Trouble
from matka_gateway.pages.staff.lists import Sheet, Wanted
from matka_gateway.pages.staff.standings import pairs_in_short, quiet_pairs
from matka_gateway.pages.visit import VisitOf
from matka_gateway.readings import PairInShort, read_list, read_one
from matka_gateway.staff_readings import DeskMeeting, DeskPair, Rhythm
from matka_gateway.staff_terms import STAFF_TERMS
from matka_gateway.terms import TERMS
from matka_gateway.upstream import Ask, Gap
from matka_kit.errors import NotFound

router = APIRouter(route_class=PageRoute, prefix="/programs/{program_id}/pairs")
_FILTERS = {
    "status": [*TERMS["pair"]],
    "signal": [*STAFF_TERMS["signal"]],
    "sort": ["signal", "name"],
}
_URGENCY = {"red": 0, "amber": 1, "green": 2}


@dataclass(frozen=True)
class Row:
    """A pair in the list: the signal of its rhythm, and the rhythm itself of those that the page shows."""

    pair: PairInShort
    signal: str
    rhythm: Rhythm | None = None


@router.api_route("", methods=["GET", "HEAD"])
async def pairs(program_id: Id, visit: VisitOf) -> Response:
    """Those that need a look come first."""
    desk = Desk.at(visit, program_id)
    answers = await desk.gather(
        pairs=pairs_in_short(desk),
        quiet=quiet_pairs(desk),
    )
    found = read_list(PairInShort, answers["pairs"], "pairs")
    quiet = read_list(Rhythm, answers["quiet"], "pairs")
    rows = [] if isinstance(found, Gap) else _rows(found, quiet)
    wanted = Wanted.of(f"{desk.home}/pairs", visit.request.query_params, _FILTERS)
    names = await desk.names(person for row in rows for person in (row.pair.mentor_id, row.pair.mentee_id))
    kept = [row for row in rows if _fits(row, wanted, names)]
    by_name = {row.pair.id: names.get(row.pair.mentor_id, "").casefold() for row in kept}
    urgency = _URGENCY if wanted.sort == "signal" else {}
    kept.sort(key=lambda row: (urgency.get(row.signal, 3), by_name[row.pair.id], row.pair.id))
    sheet = Sheet.of(kept, wanted.page)
    rhythm = await _rhythm(desk, [row.pair.id for row in sheet.items])
    return desk.show(
        "pairs.html",
        answers,
        wanted=wanted,
        filters=_FILTERS,
        pairs=found if isinstance(found, Gap) else _with_rhythm(sheet, rhythm),
        everyone=len(rows),
        rhythm=quiet if isinstance(quiet, Gap) else rhythm,
        names=names,
    )


def _rows(pairs: list[PairInShort], quiet: list[Rhythm] | Gap) -> list[Row]:
    """Of a pair that meets, every other signal than green is known, unless nothing is."""
    usual = "" if isinstance(quiet, Gap) else "green"
    signals = {} if isinstance(quiet, Gap) else {each.pair_id: each.signal for each in quiet}
    return [Row(pair, signals.get(pair.id, usual) if pair.status == "formed" else "") for pair in pairs]


async def _rhythm(desk: Desk, pairs: list[str]) -> list[Rhythm] | Gap:
    if not pairs:
        return []
    chosen = "&".join(f"pair_id={each}" for each in pairs)
    answers = await desk.more(rhythm=Ask("scheduling", f"{desk.home}/rhythm?{chosen}"))
    return read_list(Rhythm, answers["rhythm"], "pairs")


def _with_rhythm(sheet: Sheet[Row], rhythm: list[Rhythm] | Gap) -> Sheet[Row]:
    """A pair that is not known there yet keeps no rhythm that could be told."""
    if isinstance(rhythm, Gap):
        return sheet
    known = {each.pair_id: each for each in rhythm}
    items = [
        replace(row, rhythm=known.get(row.pair.id), signal=row.signal if row.pair.id in known else "")
        for row in sheet.items
    ]
    return replace(sheet, items=items)


def _fits(row: Row, wanted: Wanted, names: dict[str, str]) -> bool:
    status, signal = wanted.choices["status"], wanted.choices["signal"]
    if status not in {"", row.pair.standing} or signal not in {"", row.signal}:
        return False
    both = f"{names.get(row.pair.mentor_id, '')} {names.get(row.pair.mentee_id, '')}"
    return not wanted.search or wanted.finds(both)


@router.api_route("/{pair_id}", methods=["GET", "HEAD"])
async def pair(program_id: Id, pair_id: Id, visit: VisitOf) -> Response:
    return await show_pair(Desk.at(visit, program_id), pair_id)


async def show_pair(desk: Desk, pair_id: str, trouble: Trouble | None = None) -> Response:
    """Both people, what they agreed on, how they meet, and what staff were asked."""
    answers = await desk.gather(
        pair=Ask("pairing", f"/pairs/{pair_id}", essential=True),
        **asked(desk, ("open", "resolved")),
        meetings=Ask("scheduling", f"/pairs/{pair_id}/meetings"),
        rhythm=Ask("scheduling", f"/pairs/{pair_id}/rhythm"),
    )
    found = read_one(DeskPair, answers["pair"])
    if not isinstance(found, Gap) and found.program_id != desk.program_id:
        raise NotFound
    cases = gathered(answers)
    people = [] if isinstance(found, Gap) else [found.mentor_id, found.mentee_id]
    return desk.show(
        "pair.html",
        answers,
        trouble,
        pair=found,
        pair_id=pair_id,
        meetings=read_list(DeskMeeting, answers["meetings"], "meetings"),
        rhythm=read_one(Rhythm, answers["rhythm"]),
        cases=cases if isinstance(cases, Gap) else [each for each in cases if each.pair_id == pair_id],
        people=await desk.visit.gateway.upstream.persons(set(people)),
    )


@router.api_route("/{pair_id}/end", methods=["GET", "HEAD"])
async def ask_to_end(program_id: Id, pair_id: Id, visit: VisitOf) -> Response:
    return await _confirm_ending(Desk.at(visit, program_id), pair_id)


@router.post("/{pair_id}/end")
async def end(program_id: Id, pair_id: Id, visit: VisitOf) -> Response:
    """End the pair; both hear of it, with no word of whose wish it was."""
    desk = Desk.at(visit, program_id)
    reason = one_of(visit.field("reason"), STAFF_TERMS["end-reason"])
    trouble = await attempt(
        visit, do(visit, "pairing", f"/pairs/{pair_id}/end", {"reason": reason}), typed={"reason": reason}
    )
    if isinstance(trouble, Trouble):
        return await _confirm_ending(desk, pair_id, trouble)
    return visit.go(f"{desk.home}/pairs/{pair_id}?done=end")


async def _confirm_ending(desk: Desk, pair_id: str, trouble: Trouble | None = None) -> Response:
    answers = await desk.gather(pair=Ask("pairing", f"/pairs/{pair_id}", essential=True))
    found = read_one(DeskPair, answers["pair"])
    if not isinstance(found, Gap) and found.program_id != desk.program_id:
        raise NotFound
    names = await desk.names([] if isinstance(found, Gap) else [found.mentor_id, found.mentee_id])
    return desk.show("pair-end.html", answers, trouble, pair=found, pair_id=pair_id, names=names)
