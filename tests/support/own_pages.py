"""Participants with a browser on their own pages, in a program that the real services run."""

import re
from typing import Any

from matka_certificates.main import SERVICE as CERTIFICATES
from matka_gateway.main import SERVICE as GATEWAY
from matka_kit.declaration import Service
from matka_kit.testing import World
from matka_learning.main import SERVICE as LEARNING
from matka_pairing.main import SERVICE as PAIRING
from matka_people.main import SERVICE as PEOPLE
from matka_scheduling.main import SERVICE as SCHEDULING
from tests.support.gateway import Browser
from tests.support.small_program import MENTEE, MENTOR, SmallProgram

SERVICES: list[Service[Any]] = [PEOPLE, PAIRING, SCHEDULING, LEARNING, CERTIFICATES, GATEWAY]
SITE = "http://127.0.0.1:8000"


async def at_home(world: World, email: str, language: str = "fi") -> Browser:
    """Somebody signed in, with their own page in view; the pages' language is their own, then this one."""
    browser = Browser.at(world, language)
    await browser.sign_in(world, email)
    await browser.open("/mine")
    if f'<html lang="{language}"' not in browser.page.text:
        await browser.send("/language", language=language)
        await browser.open("/mine")
    return browser


async def do(browser: Browser, world: World, path: str, **fields: str) -> None:
    """Send a form of the page in view that works, and look at the page that it leads to."""
    answer = await browser.send(path, **fields)
    assert answer.status_code == 303, browser.words
    assert answer.headers["location"].startswith("/mine"), answer.headers["location"]
    await world.drain()
    await browser.follow()


def leads(browser: Browser, pattern: str) -> list[str]:
    """Where the forms of the page in view lead that fit."""
    return re.findall(rf'action="(/mine/{pattern})"', browser.page.text)


async def proposes(program: SmallProgram, ids: dict[str, str]) -> None:
    """Staff propose one pair; both are asked."""
    draft = await program.tell("pairing/programs/*/proposals", {"locks": [[ids[MENTOR], ids[MENTEE]]]})
    await program.tell(f"pairing/proposals/{draft['id']}/publish")
