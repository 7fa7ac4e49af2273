"""Everybody who may come to a door: the people of two programs, and the services."""

from collections.abc import Mapping

import httpx2

from matka_kit.testing import World
from tests.support.asking import asked
from tests.support.gateway import Browser, api_session
from tests.support.one_of_everything import OTHER_MENTEE, OTHER_MENTOR, one_of_everything
from tests.support.people import ADMINISTRATOR, grant, register
from tests.support.rights import SERVICES
from tests.support.small_program import MENTEE, MENTOR, STAFF

_AUTUMN = {
    "model": "pair-mentoring",
    "title": {"fi": "Syksy"},
    "languages": ["fi"],
    "starts_on": "2027-09-01",
    "ends_on": "2028-03-01",
}
EMAILS = {
    "mentor": MENTOR,
    "mentee": MENTEE,
    "other mentor": OTHER_MENTOR,
    "other mentee": OTHER_MENTEE,
    "reader": "reader@example.org",
    "helper": "helper@example.org",
    "coordinator": STAFF,
    "administrator": "root@example.org",
    "coordinator elsewhere": "elsewhere@example.org",
    "mentee elsewhere": "guest@example.org",
    "without a role": "nobody@example.org",
}


async def everybody_and_everything(world: World) -> dict[str, str]:
    """One of everything, two pairs, another program; and the id of each person of `EMAILS` by their name."""
    known = await one_of_everything(world)
    await _another_pair(world)
    known["elsewhere"] = await _another_program(world)
    for name, (role, place) in _roles(known).items():
        if name not in known:
            known[name] = await register(world, EMAILS[name], name.title())
            if role:
                await grant(world, known[name], role, place)
    await world.drain()
    return known


def as_everybody(world: World, service: str, known: Mapping[str, str]) -> dict[str, httpx2.AsyncClient]:
    """Everybody with a valid token for a service, as the gateway or they themselves make it."""
    found = {
        name: world.as_person(service, known[name], *([(role, place)] if role else []))
        for name, (role, place) in _roles(known).items()
    }
    return found | {name: world.as_service(service, name) for name in sorted(SERVICES - {service})}


async def signed_in(world: World) -> dict[str, httpx2.AsyncClient]:
    """Every person at the gateway's API."""
    return {name: await api_session(world, email) for name, email in EMAILS.items()}


async def at_browsers(world: World) -> dict[str, Browser]:
    """Every person with a browser that is signed in."""
    found = {}
    for name, email in EMAILS.items():
        found[name] = Browser.at(world)
        await found[name].sign_in(world, email)
    return found


def _roles(known: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Each person's role and where they have it."""
    here, elsewhere = known["program"], known["elsewhere"]
    own = {name: (name.removeprefix("other "), here) for name in EMAILS}
    return own | {
        "administrator": ADMINISTRATOR,
        "coordinator elsewhere": ("coordinator", elsewhere),
        "mentee elsewhere": ("mentee", elsewhere),
        "without a role": ("", ""),
    }


async def _another_pair(world: World) -> None:
    """The other two accept what was proposed to them."""
    for email in (OTHER_MENTOR, OTHER_MENTEE):
        api = await api_session(world, email)
        [pair] = (await asked(api, "GET", "/api/pairing/pairs"))["pairs"]
        await asked(api, "POST", f"/api/pairing/pairs/{pair['id']}/accept")
    await world.drain()


async def _another_program(world: World) -> str:
    root = world.as_person("pairing", "root", ADMINISTRATOR)
    return str((await asked(root, "POST", "/programs", _AUTUMN))["id"])
