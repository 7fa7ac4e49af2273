"""What a handler can see of the bus, the same in memory and over RabbitMQ."""

import asyncio

from matka_contracts.event import Envelope
from matka_kit.errors import DomainError, InvalidInput, Transient
from matka_kit.outgoing import Outgoing
from tests.support.trial import KEY, URGENT_KEY, Handler, Scene, message
from tests.support.waiting import until


class SeatTaken(DomainError):
    pass


async def test_an_event_reaches_every_service_that_listens_and_says_what_was_published(scene: Scene) -> None:
    alpha, beta = Handler(), Handler()
    await scene.listens("alpha", alpha)
    await scene.listens("beta", beta)
    published = message(1)

    confirmed = await scene.bus.publish([published])

    await scene.happens("both handled it", lambda: alpha.handled == beta.handled == [1])
    assert confirmed == {published.event_id}
    assert alpha.envelopes[0].model_dump_json().encode() == published.body


async def test_events_of_one_aggregate_are_handled_in_order_and_one_after_the_other(scene: Scene) -> None:
    handler = Handler()
    at_once: list[int] = []
    most: list[int] = []

    async def linger(number: int) -> None:
        at_once.append(number)
        most.append(len(at_once))
        for _ in range(3):
            await asyncio.sleep(0)
        at_once.remove(number)

    handler.does(linger)
    await scene.listens("alpha", handler)

    await scene.bus.publish([message(number, subject="one") for number in range(30)])

    await scene.happens("all are handled", lambda: len(handler.handled) == 30)
    assert handler.handled == list(range(30))
    assert max(most) == 1


async def test_events_of_different_aggregates_are_handled_side_by_side(scene: Scene) -> None:
    handler = Handler()
    met = asyncio.Barrier(2)

    async def meet(_: int) -> None:
        await met.wait()

    handler.does(meet)
    await scene.listens("alpha", handler)

    await scene.bus.publish([message(1), message(2)])

    await scene.happens("they meet", lambda: sorted(handler.handled) == [1, 2])


async def test_a_service_may_name_another_order_than_that_of_aggregates(scene: Scene) -> None:
    handler = Handler()
    await scene.listens("alpha", handler, key=lambda _: "all the same")
    running: list[int] = []

    async def alone(number: int) -> None:
        running.append(number)
        await asyncio.sleep(0)
        assert running == [number]
        running.remove(number)

    handler.does(alone)

    await scene.bus.publish([message(1), message(2), message(3)])

    await scene.happens("all are handled", lambda: handler.handled == [1, 2, 3])
    assert handler.attempts.total() == 3


async def test_what_fails_for_now_is_tried_again_until_it_works(scene: Scene) -> None:
    handler = Handler()
    handler.fails(1, Transient(), ZeroDivisionError(), Transient())
    consumer = await scene.listens("alpha", handler)

    await scene.bus.publish([message(1), message(2)])

    await scene.happens("the failed one works", lambda: handler.handled == [2, 1])
    await scene.happens("nothing is left in hand", lambda: consumer.received == consumer.settled == 5)
    assert handler.attempts == {1: 4, 2: 1}
    assert (consumer.retried, consumer.buried) == (3, 0)


async def test_a_broken_rule_makes_a_dead_letter_at_once_with_its_reason(scene: Scene) -> None:
    handler = Handler()
    handler.fails(1, SeatTaken(seat=4))
    consumer = await scene.listens("alpha", handler)
    published = message(1)

    await scene.bus.publish([published])

    [letter] = await scene.dead_letters("alpha")
    assert (letter.event_id, letter.event_type, letter.service) == (published.event_id, KEY, "alpha")
    assert (letter.error, letter.code, letter.attempt) == ("SeatTaken", "seat-taken", 1)
    assert "trial.py" in letter.where
    assert letter.body == published.body
    assert published.headers.items() <= letter.headers.items()
    assert published.headers.keys() == {"traceparent", "x-correlation-id"}
    await scene.happens("nothing is left in hand", lambda: consumer.received == consumer.settled == 1)
    assert (consumer.retried, consumer.buried) == (0, 1)


async def test_a_dead_letters_reason_never_quotes_the_input(scene: Scene) -> None:
    handler = Handler()
    handler.fails(1, InvalidInput(email="someone@example.org"))
    await scene.listens("alpha", handler)
    broken = message(2)
    quoting = broken.body.replace(b'"number":2', b'"number":"someone@example.org"')

    await scene.bus.publish([message(1), Outgoing(broken.event_id, KEY, quoting)])

    letters = await scene.dead_letters("alpha", 2)
    assert sorted(letter.code for letter in letters) == ["invalid-input", "unreadable-event"]
    assert "someone" not in "".join(f"{letter.headers}" for letter in letters)


async def test_garbage_and_unknown_events_become_dead_letters_and_hold_up_nothing(scene: Scene) -> None:
    handler = Handler()
    await scene.listens("alpha", handler)
    unknown = message(2)
    body = unknown.body.replace(KEY.encode(), b"trial.never-heard-of.v1")
    garbage = [b"", b"not json", b"[]", b"\xff\xfe\x00", b"[" * 2000]
    strange = [Outgoing(f"strange-{n}", KEY, text) for n, text in enumerate([*garbage, body])]

    await scene.bus.publish([*strange, message(1)])

    await scene.happens("the good one is handled", lambda: handler.handled == [1])
    letters = await scene.dead_letters("alpha", len(strange))
    assert {letter.code for letter in letters} == {"unreadable-envelope", "unknown-event-type"}
    assert {letter.event_id for letter in letters} >= {f"strange-{n}" for n in range(len(garbage))}


async def test_an_order_that_can_not_be_told_makes_a_dead_letter(scene: Scene) -> None:
    def no_order(_: Envelope) -> str:
        raise LookupError

    await scene.listens("alpha", Handler(), key=no_order)

    await scene.bus.publish([message(1)])

    [letter] = await scene.dead_letters("alpha")
    assert letter.error == "LookupError"


async def test_what_keeps_failing_is_a_dead_letter_when_patience_ends(scene: Scene) -> None:
    handler = Handler()
    handler.fails(1, *(Transient() for _ in range(100)))
    await scene.listens("alpha", handler, patience=0.3)

    await scene.bus.publish([message(1)])

    [letter] = await scene.dead_letters("alpha")
    assert letter.attempt == handler.attempts[1] > 1
    assert letter.error == "Transient"


async def test_a_handler_beyond_its_deadline_is_ended_and_tried_again(scene: Scene) -> None:
    handler = Handler()
    never = asyncio.Event()

    async def hang_at_first(number: int) -> None:
        if handler.attempts[number] == 1:
            await never.wait()

    handler.does(hang_at_first)
    await scene.listens("alpha", handler, deadline=0.1)

    await scene.bus.publish([message(1)])

    await scene.happens("the second attempt works", lambda: handler.handled == [1])
    assert handler.attempts[1] == 2


async def test_an_event_published_by_a_handler_is_handled_too(scene: Scene) -> None:
    first, second = Handler(), Handler()

    async def answer(number: int) -> None:
        if number == 1:
            assert await scene.bus.publish([message(2, subject="subject-1")])

    first.does(answer)
    await scene.listens("alpha", first)
    await scene.listens("beta", second)

    await scene.bus.publish([message(1)])

    await scene.happens("everything is handled", lambda: second.handled == first.handled == [1, 2])


async def test_an_urgent_event_overtakes_work_that_waits(scene: Scene) -> None:
    handler = Handler()
    gate = asyncio.Event()

    async def slowly(number: int) -> None:
        if number < 100:
            await gate.wait()
        else:
            gate.set()

    handler.does(slowly)
    await scene.listens("alpha", handler, prefetch=10)

    async with asyncio.TaskGroup() as group:
        group.create_task(scene.bus.publish([message(number) for number in range(30)]))
        group.create_task(scene.bus.publish([message(100, key=URGENT_KEY)]))

    await scene.happens("all are handled", lambda: len(handler.handled) == 31)
    assert 100 in handler.handled[:11]


async def test_a_handler_may_get_an_event_twice_with_the_same_id(scene: Scene) -> None:
    handler = Handler()
    await scene.listens("alpha", handler)
    published = message(1)

    await scene.bus.publish([published])
    await scene.bus.publish([published])

    await scene.happens("both copies come", lambda: handler.handled == [1, 1])
    assert {envelope.id for envelope in handler.envelopes} == {published.event_id}


async def test_after_stop_nothing_is_taken_and_what_runs_comes_to_its_end(scene: Scene) -> None:
    handler = Handler()
    started, go_on = asyncio.Event(), asyncio.Event()

    async def wait(_: int) -> None:
        started.set()
        await go_on.wait()

    handler.does(wait)
    consumer = await scene.listens("alpha", handler)
    publishing = asyncio.create_task(scene.bus.publish([message(1)]))
    await started.wait()

    stopping = asyncio.create_task(consumer.stop())
    await until("the intake is closed", lambda: not consumer.consuming)
    go_on.set()
    await asyncio.gather(stopping, publishing)

    assert handler.handled == [1]
    await scene.bus.publish([message(2)])
    assert handler.handled == [1]
    assert consumer.received == consumer.settled
    assert not scene.bus.consuming
