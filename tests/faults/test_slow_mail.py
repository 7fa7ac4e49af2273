"""A mail server ten times slower than the letters come: all of them arrive once, and nobody holds his breath."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from matka_contracts.pairing import PairFormed
from matka_kit.bus import RabbitBus
from tests.support.broker import Node
from tests.support.examples import example_of
from tests.support.killable import Town
from tests.support.pressure import peak, resident
from tests.support.told import told

SENDERS, MAIL_SECONDS = 4, 0.5
PAIRS_A_SECOND, SECONDS = 40, 5
LETTERS = 2 * PAIRS_A_SECOND * SECONDS
_MB = 48


@pytest.fixture(scope="module")
def town(own_node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    residents = ("people", "notifications")
    with own_node.vhost() as broker:
        with Town(folder, broker, residents, senders=SENDERS, mail_seconds=MAIL_SECONDS) as town:
            yield town


async def register(town: Town, name: str) -> str:
    facts = {"name": name.title(), "email": f"{name}@example.org", "language": "fi"}
    return str((await town.asks("people", "POST", "/persons", facts, grants=[("coordinator", "spring")]))["id"])


async def form_pairs(town: Town, mentor: str, mentee: str) -> None:
    """Tell of new pairs at an even pace."""
    bus, began = RabbitBus(town.broker, name="pairing"), time.monotonic()
    example = PairFormed.model_validate(example_of(PairFormed))
    for number in range(PAIRS_A_SECOND * SECONDS):
        who = {"pair_id": f"pair-{number}", "mentor_id": mentor, "mentee_id": mentee}
        assert await bus.publish([told(example.model_copy(update=who), f"pair-{number}")])
        await asyncio.sleep(max(0.0, began + number / PAIRS_A_SECOND - time.monotonic()))
    await bus.close()


@pytest.mark.timeout(240)
async def test_all_letters_arrive_once_and_an_urgent_one_does_not_wait_for_them(town: Town) -> None:
    await town.ready()
    mentor, mentee = await register(town, "maija"), await register(town, "amal")
    pid, began = town.pid("notifications"), time.monotonic()
    calm = resident(pid)

    await form_pairs(town, mentor, mentee)
    assert arrived(town) < LETTERS / 5, "the mail server is not slow enough"
    await town.asks("people", "POST", "/sign-ins", {"email": "amal@example.org"}, who="")
    asked = time.monotonic()
    await town.comes_to("the sign-in mail is there", lambda: _signed_in(town))
    urgent, before = time.monotonic() - asked, arrived(town)
    assert before < LETTERS / 2, "it came when the queue was done with anyway"

    async def all_are_there() -> bool:
        assert await town.is_ready("notifications")
        return arrived(town) > LETTERS

    await town.comes_to("all letters arrived", all_are_there, 120)
    await town.rests()

    print(f"{LETTERS} letters in {time.monotonic() - began:.0f} s, the urgent one in {urgent:.1f} s")
    print(f"service {calm:.0f} MB, at most {peak(pid):.0f}")
    mails = town.mails()
    assert Counter((template, to) for template, to, _ in mails) == {
        ("pair-formed", "maija@example.org"): LETTERS / 2,
        ("pair-formed", "amal@example.org"): LETTERS / 2,
        ("sign-in", "amal@example.org"): 1,
    }
    assert len({message_id for _, _, message_id in mails}) == LETTERS + 1
    assert urgent < 5
    assert peak(pid) < calm + _MB


def arrived(town: Town) -> int:
    return len(list((town.folder / "mail").glob("*.eml")))


async def _signed_in(town: Town) -> bool:
    return any(template == "sign-in" for template, _, _ in town.mails())
