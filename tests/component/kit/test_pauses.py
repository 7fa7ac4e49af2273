"""While a dependency is away a consumer pauses instead of sending messages up the ladder, on either bus."""

import asyncio

from matka_kit.errors import Unavailable
from tests.support.trial import Handler, Scene, message


async def test_an_absent_dependency_pauses_the_consumer_until_its_probe_says_that_it_is_back(
    scene: Scene,
) -> None:
    handler = Handler()
    back = asyncio.Event()

    async def store_answers() -> bool:
        return back.is_set()

    async def use_the_store(_: int) -> None:
        if not back.is_set():
            raise Unavailable("store")

    handler.does(use_the_store)
    consumer = await scene.listens("alpha", handler, probes={"store": store_answers})

    await scene.bus.publish([message(1)])
    await scene.happens("the consumer pauses", lambda: consumer.paused_by == "store")
    assert not consumer.consuming
    await scene.bus.publish([message(2), message(3)])
    assert handler.attempts == {1: 1}

    back.set()
    await scene.happens("all are handled", lambda: sorted(handler.handled) == [1, 2, 3])
    await scene.happens("it consumes again", lambda: consumer.consuming)
    assert handler.attempts == {1: 2, 2: 1, 3: 1}


async def test_a_probe_that_fails_itself_has_not_found_the_dependency_back(scene: Scene) -> None:
    handler = Handler()
    handler.fails(1, ExceptionGroup("of one, as task groups raise it", [Unavailable("store")]))
    answers: list[object] = [ConnectionError(), False, True]

    async def probe() -> bool:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return bool(answer)

    await scene.listens("alpha", handler, probes={"store": probe})

    await scene.bus.publish([message(1)])

    await scene.happens("it is handled", lambda: handler.handled == [1])
    assert answers == []


async def test_without_a_probe_the_message_itself_is_tried_until_the_dependency_is_back(scene: Scene) -> None:
    handler = Handler()
    handler.fails(1, Unavailable("smtp"), Unavailable("smtp"), Unavailable("smtp"))
    await scene.listens("alpha", handler)

    await scene.bus.publish([message(1)])

    await scene.happens("it is handled", lambda: handler.handled == [1])
    assert handler.attempts == {1: 4}


async def test_a_message_that_alone_finds_a_dependency_away_does_not_hold_up_the_others(scene: Scene) -> None:
    handler = Handler()
    handler.fails(1, *(Unavailable("store") for _ in range(5)))

    async def store_answers() -> bool:
        return True

    await scene.listens("alpha", handler, probes={"store": store_answers})

    await scene.bus.publish([message(1), message(2)])

    await scene.happens("both are handled", lambda: sorted(handler.handled) == [1, 2], seconds=30)
