"""Matching: a draft of the whole cohort, its publication, the answers, the agreements."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from matka_cli.rehearse import guides
from matka_cli.rehearse.people import Player, all_of
from matka_cli.rehearse.production import Production
from matka_contracts.terms import GatheringKind, MeetingForm

_FORMS = tuple(form.value for form in MeetingForm)


async def match(show: Production) -> None:
    """Staff let the cohort be matched, look at the draft, and publish it."""
    path = f"/pairing/programs/{show.program_id}/proposals"
    draft = await show.hands.post(show.coordinator, path, {"locks": []})
    show.tell(f"{len(draft['lines'])} pairs are proposed, {len(draft['unmatched'])} people stay alone")
    show.scores = {(line["mentor"], line["mentee"]): line["score"] for line in draft["lines"]}
    show.unmatched = draft["unmatched"]
    await show.hands.post(show.coordinator, f"/pairing/proposals/{draft['id']}/publish")


async def accept(show: Production, players: list[Player]) -> None:
    """These people answer the proposals that wait for them."""

    async def answer(player: Player) -> None:
        for pair in await own_pairs(show, player, "proposed"):
            await show.hands.post(player, f"/pairing/pairs/{pair['id']}/accept")

    await all_of(answer(player) for player in players)
    await show.stage.idle()
    guides.write(show)  # from now on there are pairs to look around as, also if the rest is never played


async def start_program(show: Production) -> None:
    """The program starts, its rules are frozen."""
    path = f"/pairing/programs/{show.program_id}/start"
    await show.hands.post(show.coordinator, path)
    formed = await all_pairs(show, "formed")
    show.tell(f"the program starts with {len(formed)} pairs")


async def sign_agreements(show: Production) -> None:
    """After the start meeting each pair writes down what it agreed on."""

    async def sign(pair: dict[str, Any]) -> None:
        mentor = show.person(pair["mentor_id"])
        dice = show.hands.dice(mentor, f"agreement:{show.person(pair['mentee_id']).email}")
        least, most = show.cohort.program.meetings_per_month
        body = {
            "form": dice.choice(_FORMS),
            "language": pair["common_language"] or "fi",
            "pace": {"least": least, "most": dice.randint(least, most)},
            "goals": "",
        }
        await show.hands.post(mentor, f"/pairing/pairs/{pair['id']}/agreement", body)

    await all_of(sign(pair) for pair in await all_pairs(show, "formed"))


async def own_pairs(show: Production, player: Player, status: str) -> list[dict[str, Any]]:
    """A player's pairs in one state."""
    found = await show.hands.get(player, "/pairing/pairs")
    return [pair for pair in found["pairs"] if pair["status"] == status]


async def all_pairs(show: Production, status: str = "") -> list[dict[str, Any]]:
    """The program's pairs as staff see them, in one state or in any."""
    found = await show.hands.get(show.coordinator, f"/pairing/programs/{show.program_id}/pairs")
    return [pair for pair in found["pairs"] if not status or pair["status"] == status]


def matching_moment(show: Production) -> datetime:
    """Two days after everybody could be ready, at the latest five days before the start meeting."""
    start = show.cohort.of_kind(GatheringKind.START)[0].at.date()
    trainings = show.cohort.of_kind(GatheringKind.MENTOR_TRAINING)
    ready = trainings[-1].at.date() + timedelta(days=2) if trainings else start - timedelta(days=14)
    contacts = (show.cohort.opening + timedelta(days=30)).date()
    return show.local(max(min(ready, start - timedelta(days=5)), contacts), 10)


def schedule(show: Production) -> None:
    """Put matching and the beginning on the agenda."""
    at, moment = show.stage.at, matching_moment(show)
    start = show.cohort.of_kind(GatheringKind.START)[0].at.date()
    at(moment, partial(match, show))
    at(moment + timedelta(hours=8), partial(accept, show, show.mentors))
    at(moment + timedelta(days=1, hours=8), partial(accept, show, show.mentees))
    begin = show.local(max(show.cohort.program.start, moment.date() + timedelta(days=2)), 8)
    at(begin, partial(start_program, show))
    at(show.local(max(start + timedelta(days=1), begin.date()), 18), partial(sign_agreements, show))
