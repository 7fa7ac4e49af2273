"""The months between start and closing: gatherings that people sign up for, attend and stay away from."""

from datetime import timedelta
from functools import partial

from matka_cli.rehearse.diary import EVENING
from matka_cli.rehearse.pair_life import begin
from matka_cli.rehearse.parts import absent, keen
from matka_cli.rehearse.people import Player
from matka_cli.rehearse.preparing import record
from matka_cli.rehearse.production import Gathering, Production
from matka_cli.rehearse.stage import all_of
from matka_contracts.terms import GatheringKind

_INVITED = frozenset({GatheringKind.START, GatheringKind.COACHING_TRAINING, GatheringKind.CLOSING})


async def sign_up(show: Production, gathering: Gathering) -> None:
    """People sign up for an open gathering as long as there are seats."""
    people = {each.email: each for each in await paired(show)}
    coming = keen(show.hands.seed, gathering.name, people, gathering.table.seats)
    path = f"/scheduling/gatherings/{gathering.id}/sign-up"
    await all_of(show.hands.post(people[email], path) for email in coming)


async def attend(show: Production, gathering: Gathering) -> None:
    """Staff record on the day after who came of those who were expected."""
    places = await show.pages(f"/scheduling/gatherings/{gathering.id}", "places")
    expected = [show.person(place["person_id"]) for place in places if place["invited"] or place["seat"]]
    away = absent(show.hands.seed, gathering.name, (each.email for each in expected))
    people = sorted(expected, key=lambda each: each.email)
    if people:
        await record(
            show, gathering, [{"person_id": each.id, "attended": each.email not in away} for each in people]
        )
    came = len(people) - len(away)
    show.tell(f"{gathering.title}: {came} of {len(people)} came", gathering.table.at.date())


async def paired(show: Production) -> list[Player]:
    """Everybody who is in a pair now."""
    members = [show.members(pair) for pair in await show.pairs("formed")]
    return list(dict.fromkeys(each for both in members for each in both))


async def schedule_gatherings(show: Production) -> None:
    """Sign-ups a week before, attendance on the day after."""
    for gathering in show.gatherings:
        if gathering.table.kind is GatheringKind.MENTOR_TRAINING:
            continue
        if gathering.table.kind not in _INVITED:
            show.stage.at(show.day_after(gathering, -7, EVENING), partial(sign_up, show, gathering))
        show.stage.at(show.day_after(gathering), partial(attend, show, gathering))


def schedule(show: Production) -> None:
    """Put the beginning of the months on the agenda; the rest follows from the pairs."""
    show.stage.at(show.times.opening + timedelta(hours=5), partial(schedule_gatherings, show))
    show.stage.at(show.times.months, partial(begin, show))
