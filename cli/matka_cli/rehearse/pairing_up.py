"""Matching: a draft of the whole cohort, its publication, the answers, the agreements; again where needed."""

from datetime import timedelta
from functools import partial
from typing import Any

from matka_cli.rehearse import guides
from matka_cli.rehearse.pair_life import begin
from matka_cli.rehearse.parts import cast_pairs
from matka_cli.rehearse.people import Player
from matka_cli.rehearse.production import Production
from matka_cli.rehearse.stage import all_of
from matka_contracts.terms import MeetingForm

_FORMS = tuple(form.value for form in MeetingForm)
_EIGHT_HOURS, _DAY = timedelta(hours=8), timedelta(days=1)


async def match(show: Production) -> None:
    """Staff let the cohort be matched, look at the draft, and publish it."""
    show.phases.begin("pairing")
    lines = await propose(show)
    pairs = [(show.person(each["mentor"]).email, show.person(each["mentee"]).email) for each in lines]
    show.parts = cast_pairs(show.hands.seed, pairs)
    if show.parts.declines:
        show.stage.at(show.times.matching + 2 * _DAY, partial(match_again, show))


async def match_again(show: Production) -> None:
    """Somebody is without a partner again: staff see who has room."""
    await propose(show, "anew")
    show.stage.at(max(show.times.agreements, show.stage.now + 2 * _DAY), partial(sign_agreements, show))
    show.stage.at(max(show.times.months, show.stage.now + 3 * _DAY), partial(begin, show))


async def propose(show: Production, how: str = "") -> list[dict[str, Any]]:
    """Draft and, if there is anybody to ask, publish; mentors answer in the evening, mentees a day later."""
    path = f"/pairing/programs/{show.program_id}/proposals"
    draft = await show.hands.post(show.coordinator, path, {"locks": []})
    lines: list[dict[str, Any]] = draft["lines"]
    alone = len(draft["unmatched"])
    proposed = f"{len(lines)} pairs are proposed" if len(lines) != 1 else "1 pair is proposed"
    show.tell(f"{proposed} {how}".rstrip() + f", {alone} {'stays' if alone == 1 else 'stay'} alone")
    show.unmatched = draft["unmatched"]
    if lines:
        await show.hands.post(show.coordinator, f"/pairing/proposals/{draft['id']}/publish")
        now = show.stage.now
        show.stage.at(now + _EIGHT_HOURS, partial(answer, show, "mentor"))
        show.stage.at(now + _EIGHT_HOURS + _DAY, partial(answer, show, "mentee"))
    return lines


async def answer(show: Production, side: str) -> None:
    """All mentors, or all mentees, answer the proposals that wait for them."""
    asked = dict.fromkeys(show.person(pair[f"{side}_id"]) for pair in await show.pairs("proposed"))
    await all_of(_answer(show, player) for player in asked)
    await show.stage.idle()
    guides.write(show)  # from now on there are pairs to look around as, also if the rest is never played


async def _answer(show: Production, player: Player) -> None:
    found = await show.hands.get(player, "/pairing/pairs")
    for pair in found["pairs"]:
        if pair["status"] == "proposed":
            said = "decline" if player is _who_declines(show, pair) else "accept"
            await show.hands.post(player, f"/pairing/pairs/{pair['id']}/{said}")


def _who_declines(show: Production, pair: dict[str, Any]) -> Player | None:
    """The one of the two who says no, if it is the pair that comes to nothing."""
    mentor, mentee = show.members(pair)
    if (mentor.email, mentee.email) != show.parts.declines:
        return None
    return show.hands.dice(mentor, f"declines:{mentee.email}").choice((mentor, mentee))


async def start_program(show: Production) -> None:
    """The program starts, its rules are frozen."""
    path = f"/pairing/programs/{show.program_id}/start"
    await show.hands.post(show.coordinator, path)
    formed = await show.pairs("formed")
    show.tell(f"the program starts with {len(formed)} pairs")


async def sign_agreements(show: Production) -> None:
    """After the start meeting each pair writes down what it agreed on."""

    async def sign(pair: dict[str, Any]) -> None:
        mentor, mentee = show.members(pair)
        dice = show.hands.dice(mentor, f"agreement:{mentee.email}")
        least, most = show.cohort.program.meetings_per_month
        body = {
            "form": dice.choice(_FORMS),
            "language": pair["common_language"] or "fi",
            "pace": {"least": least, "most": dice.randint(least, most)},
            "goals": "",
        }
        await show.hands.post(mentor, f"/pairing/pairs/{pair['id']}/agreement", body)

    await all_of(sign(pair) for pair in await show.pairs("formed") if not pair["agreement"])


def schedule(show: Production) -> None:
    """Put matching and the beginning on the agenda."""
    times, at = show.times, show.stage.at
    at(times.matching, partial(match, show))
    at(times.start, partial(start_program, show))
    at(times.agreements, partial(sign_agreements, show))
