"""The dead letters' tools: reading keeps, replaying reaches one service, dropping is for good."""

from collections.abc import AsyncIterator

import pytest

from matka_kit import dead_letters
from matka_kit.bus import RabbitBus
from matka_kit.consumer import Subscription
from matka_kit.errors import InvalidInput, NotFound, Transient
from matka_kit.topology import Lane, TopologyMissing, apply, depths
from tests.support.trial import KEY, URGENT_KEY, Handler, Scene, message, topology
from tests.support.waiting import until


@pytest.fixture
async def rabbit(broker: str) -> AsyncIterator[Scene]:
    await apply(broker, topology())
    bus = RabbitBus(broker, name="test")
    yield Scene(bus, topology(), broker)
    await bus.close()


async def _dead(rabbit: Scene, handler: Handler, *numbers: int, key: str = KEY) -> list[str]:
    """Make dead letters of alpha; their event ids."""
    for number in numbers:
        handler.fails(number, InvalidInput())
    consumer = await rabbit.bus.consume(Subscription("alpha", rabbit.topology, handler))
    messages = [message(number, key=key) for number in numbers]
    await rabbit.bus.publish(messages)
    await rabbit.dead_letters("alpha", len(numbers))
    await until("nothing is in hand", lambda: consumer.received == consumer.settled)
    return [each.event_id for each in messages]


async def test_reading_dead_letters_leaves_them_where_they_are_however_often(rabbit: Scene) -> None:
    ids = await _dead(rabbit, Handler(), 1, 2, 3)

    for _ in range(25):
        assert {letter.event_id for letter in await dead_letters.browse(rabbit.url, "alpha")} == set(ids)

    assert len(await dead_letters.browse(rabbit.url, "alpha", limit=2)) == 2
    assert (await depths(rabbit.url, rabbit.topology))["alpha.dead"] == 3


async def test_one_dead_letter_can_be_shown_and_a_stranger_can_not(rabbit: Scene) -> None:
    [known] = await _dead(rabbit, Handler(), 1)

    shown = await dead_letters.show(rabbit.url, "alpha", known)

    assert (shown.event_id, shown.event_type, shown.code) == (known, KEY, "invalid-input")
    with pytest.raises(NotFound):
        await dead_letters.show(rabbit.url, "alpha", "nobody")


async def test_a_replayed_event_reaches_its_own_service_only_with_its_own_id(rabbit: Scene) -> None:
    alpha, beta = Handler(), Handler()
    await rabbit.listens("beta", beta)
    ids = await _dead(rabbit, alpha, 1, 2)

    replayed = await dead_letters.replay(rabbit.url, "alpha", [ids[0]])

    await until("it is handled", lambda: alpha.handled == [1])
    await until("beta has its own two", lambda: sorted(beta.handled) == [1, 2])
    assert replayed == [alpha.envelopes[0].id] == [ids[0]]
    assert [letter.event_id for letter in await dead_letters.browse(rabbit.url, "alpha")] == [ids[1]]
    assert beta.attempts == {1: 1, 2: 1}


async def test_a_replayed_event_has_all_its_attempts_before_it(rabbit: Scene) -> None:
    handler = Handler()
    await _dead(rabbit, handler, 1)
    handler.fails(1, Transient(), Transient(), Transient(), InvalidInput())

    assert len(await dead_letters.replay(rabbit.url, "alpha")) == 1

    async def died_again() -> bool:
        letters = await dead_letters.browse(rabbit.url, "alpha")
        return [letter.attempt for letter in letters] == [4]

    await until("it has died again at the fourth attempt", died_again)


async def test_an_urgent_event_is_replayed_to_the_urgent_lane(rabbit: Scene) -> None:
    handler = Handler()
    await _dead(rabbit, handler, 1, key=URGENT_KEY)
    [letter] = await dead_letters.browse(rabbit.url, "alpha")
    assert letter.lane is Lane.URGENT

    await dead_letters.replay(rabbit.url, "alpha")

    await until("it is handled", lambda: handler.handled == [1])


async def test_a_dropped_dead_letter_is_gone_and_the_others_stay(rabbit: Scene) -> None:
    ids = await _dead(rabbit, Handler(), 1, 2, 3)

    dropped = await dead_letters.drop(rabbit.url, "alpha", [ids[1], "nobody"])

    assert dropped == [ids[1]]
    left = {letter.event_id for letter in await dead_letters.browse(rabbit.url, "alpha")}
    assert left == {ids[0], ids[2]}


async def test_a_service_without_dead_letters_queue_is_said_to_be_missing(broker: str) -> None:
    with pytest.raises(TopologyMissing, match=r"nobody\.dead is missing"):
        await dead_letters.browse(broker, "nobody")
