"""What happens to single people and pairs: a new name, a new address, an end, an attendance corrected."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

from matka_cli.rehearse import guides
from matka_cli.rehearse.diary import EVENING
from matka_cli.rehearse.pair_life import ENDS_AT
from matka_cli.rehearse.parts import rank
from matka_cli.rehearse.people import Player
from matka_cli.rehearse.production import Gathering, Production
from matka_contracts.terms import GatheringKind

_FAMILY_NAME = "Uusi-Seppälä"
_LONGEST_GIVEN = 100
_RECORDED = {"attended": True, "absent": False}


async def arrange(show: Production) -> None:
    """Once the months begin, whatever is to happen to somebody gets its day."""
    parts, at = show.parts, show.stage.at
    changes: tuple[tuple[str, float, Callable[[Production, Player], Awaitable[None]]], ...] = (
        (parts.no_reminders, 0.3, stop_reminders),
        (parts.new_address, 0.45, take_new_address),
        (parts.new_name, 0.55, take_new_name),
    )
    for email, share, change in changes:
        if email:
            act = partial(_once, change, show, show.player(email))
            at(show.local(show.times.day(share), 12), act)
    if parts.ends:
        at(show.local(show.times.day(ENDS_AT), EVENING), partial(turn_to_staff, show))
    correctable = [each for each in show.gatherings if _is_correctable(show, each)]
    if correctable and parts.corrected_before_seal:
        first = correctable[0]
        at(show.day_after(first, 4, 13), partial(correct, show, first))
    if correctable and parts.corrected_after_seal:
        at(show.times.late_correction, partial(correct, show, correctable[-1]))


async def take_new_name(show: Production, player: Player) -> None:
    """Somebody has another name from now on."""
    given = player.name.split()[0][:_LONGEST_GIVEN]
    player.name = f"{given} {_FAMILY_NAME}"
    await show.hands.patch(player, f"/people/persons/{player.id}", {"name": player.name})


async def take_new_address(show: Production, player: Player) -> None:
    """Somebody's mail goes elsewhere from now on."""
    local, _, domain = player.email.rpartition("@")
    player.address = f"{local[:50]}.uusi@{domain}"
    await show.hands.patch(player, f"/people/persons/{player.id}", {"email": player.address})
    guides.write(show)  # who is named there signs in with this address from now on


async def stop_reminders(show: Production, player: Player) -> None:
    """Somebody wants to be reminded of no meeting any more."""
    await show.hands.patch(player, f"/people/persons/{player.id}", {"reminders": False})


async def turn_to_staff(show: Production) -> None:
    """One of the pair that does not fit tells staff; what they do about it follows from the case."""
    for pair in await show.pairs("formed"):
        mentor, mentee = show.members(pair)
        if (mentor.email, mentee.email) == show.parts.ends:
            teller = show.hands.dice(mentor, f"turns:{mentee.email}").choice((mentor, mentee))
            body = {"kind": "ending", "text": "Emme löydä yhteistä aikaa. Voisimmeko puhua tästä?"}
            await show.hands.post(teller, f"/pairing/pairs/{pair['id']}/cases", body)


async def correct(show: Production, gathering: Gathering) -> None:
    """Somebody was there after all, or else somebody was not: staff record it anew."""
    places = await show.pages(f"/scheduling/gatherings/{gathering.id}", "places")
    known = {show.person(each["person_id"]): each["attendance"] for each in places}
    away = [player for player, said in known.items() if said == "absent"]
    there = [player for player, said in known.items() if said == "attended"]
    chosen = min(
        away or there, key=lambda each: rank(show.hands.seed, f"corrected:{gathering.name}", each.email)
    )
    body = {"records": [{"person_id": chosen.id, "attended": bool(away)}]}
    await show.hands.post(show.coordinator, f"/scheduling/gatherings/{gathering.id}/attendance", body)
    show.tell(f"{gathering.title}: one attendance is corrected")


def _is_correctable(show: Production, gathering: Gathering) -> bool:
    """Recorded, and not a week before the seal: certificates tell of it, and it is neither end nor door."""
    kind, day = gathering.table.kind, gathering.table.at.date()
    outside = kind in {GatheringKind.MENTOR_TRAINING, GatheringKind.CLOSING}
    return not outside and show.times.first_day - timedelta(
        days=7
    ) <= day <= show.times.last_meeting - timedelta(days=7)


async def _once(
    change: Callable[[Production, Player], Awaitable[None]], show: Production, player: Player
) -> None:
    await change(show, player)


def schedule(show: Production) -> None:
    """Put the arrangement on the agenda, right after the months have begun."""
    show.stage.at(show.times.months + timedelta(minutes=1), partial(arrange, show))
