"""A mail server ten times slower than the letters come: all arrive once, and an urgent one overtakes."""

import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from matka_contracts.pairing import PairFormed
from matka_kit.bus import RabbitBus
from tests.support.broker import Node
from tests.support.examples import example_of
from tests.support.killable import Town
from tests.support.pressure import peak, resident
from tests.support.told import told
from tests.support.waiting import until

SENDERS, MAIL_SECONDS = 4, 0.5
TIMES_SLOWER = 10
LETTERS = 400
_MB = 48


@pytest.fixture(scope="module")
def town(own_node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    residents = ("people", "notifications")
    pace: dict[str, Any] = {"senders": SENDERS, "mail_seconds": MAIL_SECONDS}
    with own_node.vhost() as broker, Town(folder, broker, residents, **pace) as town:
        yield town


async def register(town: Town, name: str) -> str:
    facts = {"name": name.title(), "email": f"{name}@example.org", "language": "fi"}
    grants = [("coordinator", "spring")]
    return str((await town.asks("people", "POST", "/persons", facts, grants=grants))["id"])


async def form_pairs(town: Town, mentor: str, mentee: str) -> None:
    """Tell of new pairs: ten letters to write for each mail that the server has taken, until all are told."""
    bus = RabbitBus(town.broker, name="pairing")
    example = PairFormed.model_validate(example_of(PairFormed))
    for number in range(LETTERS // 2):
        earned = 2 * number // TIMES_SLOWER
        await until(f"mail {earned} is taken", partial(_have_arrived, town, earned), 60)
        who = {"pair_id": f"pair-{number}", "mentor_id": mentor, "mentee_id": mentee}
        assert await bus.publish([told(example.model_copy(update=who), f"pair-{number}")])
    await bus.close()


def arrived(town: Town) -> int:
    return len(list((town.folder / "mail").glob("*.eml")))


def _have_arrived(town: Town, mails: int) -> bool:
    return arrived(town) >= mails


@pytest.mark.timeout(240)
async def test_all_letters_arrive_once_and_an_urgent_one_does_not_wait_for_them(town: Town) -> None:
    await town.ready()
    mentor, mentee = await register(town, "maija"), await register(town, "amal")
    pid, began = town.pid("notifications"), time.monotonic()
    calm = resident(pid)

    await form_pairs(town, mentor, mentee)
    told_all = time.monotonic()
    before = arrived(town)
    await town.asks("people", "POST", "/sign-ins", {"email": "amal@example.org"}, who="")

    async def all_are_there() -> bool:
        assert await town.is_ready("notifications")
        return arrived(town) > LETTERS

    await town.comes_to("all letters arrived", all_are_there, 120)
    await town.rests()

    mails = town.mails()
    overtaken = LETTERS - [template for template, _, _ in mails].index("sign-in")
    print(f"{LETTERS} letters told of in {told_all - began:.0f} s, sent in {time.monotonic() - began:.0f} s")
    print(f"the urgent one was asked for after {before} mails and overtook {overtaken}")
    print(f"service {calm:.0f} MB, at most {peak(pid):.0f}")
    assert Counter((template, to) for template, to, _ in mails) == {
        ("pair-formed", "maija@example.org"): LETTERS / 2,
        ("pair-formed", "amal@example.org"): LETTERS / 2,
        ("sign-in", "amal@example.org"): 1,
    }
    assert len({message_id for _, _, message_id in mails}) == LETTERS + 1
    assert overtaken > LETTERS / 2
    assert peak(pid) < calm + _MB
