"""Whom to look around as: `matka up` on a rehearsal's data names these people to sign in as."""

import json
from collections import Counter
from collections.abc import Iterable

from matka_cli.rehearse.people import Player
from matka_cli.rehearse.production import Production
from matka_contracts.learning import GoalSet, IntroductionMade
from matka_contracts.pairing import PairEnded, PairFormed
from matka_contracts.terms import PROGRAM_CLOSED

NAME = "explore.json"


def write(show: Production) -> None:
    """Write down a staff member, and the two of a pair; before there are pairs, two who have a place."""
    people = [show.coordinator, *(_a_pair(show) or _two_with_a_place(show))]
    guides = [
        {"role": each.role, "name": each.name, "email": each.address, "language": each.language}
        for each in people
    ]
    beside = show.out / f".{NAME}"
    beside.write_text(json.dumps(guides, ensure_ascii=False, indent=2) + "\n", "utf-8")
    beside.replace(show.out / NAME)


def _a_pair(show: Production) -> tuple[Player, ...]:
    """The pair with most to look at of those that did not part; nobody while there is none."""
    parted = {
        each.event.pair_id
        for each in show.recording.of(PairEnded)
        if isinstance(each.event, PairEnded) and each.event.reason != PROGRAM_CLOSED
    }
    formed = [
        each.event
        for each in show.recording.of(PairFormed)
        if isinstance(each.event, PairFormed) and each.event.pair_id not in parted
    ]
    if not formed:
        return ()
    told = _deeds_of_mentees(show)
    first = max(formed, key=lambda pair: told[pair.mentee_id])
    return show.person(first.mentor_id), show.person(first.mentee_id)


def _deeds_of_mentees(show: Production) -> Counter[str]:
    """How many goals somebody set and introductions they got."""
    goals = [each.event.person_id for each in show.recording.of(GoalSet) if isinstance(each.event, GoalSet)]
    made = show.recording.of(IntroductionMade)
    met = [each.event.mentee_id for each in made if isinstance(each.event, IntroductionMade)]
    return Counter([*goals, *met])


def _two_with_a_place(show: Production) -> tuple[Player, ...]:
    """A mentor, one who studies on their own if there is one, and a mentee, once they have signed in."""
    mentors = sorted(_known(show.mentors), key=lambda each: each.training != "self-study")
    return *mentors[:1], *_known(show.mentees)[:1]


def _known(players: Iterable[Player]) -> list[Player]:
    return [each for each in players if each.id]
