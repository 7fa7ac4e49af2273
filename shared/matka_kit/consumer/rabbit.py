"""A service's way in from RabbitMQ: hand over, handle, answer; pause when nothing would work anyway."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

import structlog
from aio_pika.abc import AbstractConnection

from matka_kit.amqp import BROKER_TROUBLE, Link
from matka_kit.consumer.delivery import Opened
from matka_kit.consumer.handling import handle
from matka_kit.consumer.keyed import Keyed
from matka_kit.consumer.ladder import step
from matka_kit.consumer.pause import Pause
from matka_kit.consumer.session import RabbitDelivery, Session
from matka_kit.consumer.subscription import Subscription
from matka_kit.consumer.verdict import Done, Later, Never, Reason
from matka_kit.crash import CrashPoint, reach
from matka_kit.ending import end
from matka_kit.outgoing import Outgoing
from matka_kit.topology import own_exchange

Send = Callable[[str, Sequence[Outgoing]], Awaitable[set[str]]]
"""Publishes to an exchange and returns the confirmed event ids."""

_SHORTEST_WAIT, _LONGEST_WAIT = 0.1, 5.0
_log = structlog.get_logger()


class RabbitConsumer:
    """Serves one subscription for as long as the process lives, over whatever connections that takes.

    The client library only hands messages over: handlers run in tasks of the kit's own, so that a lost
    connection ends none of them half-way. What a handler did not finish is delivered again.
    """

    def __init__(self, subscription: Subscription, send: Send, *, watch_seconds: float) -> None:
        self._subscription = subscription
        self._send = send
        self._watch_seconds = watch_seconds
        self._keyed: Keyed[RabbitDelivery] = Keyed(self._work)
        self._pause = Pause(subscription, begin=self._halt, end=self._go_on, give_up=self._give_back_waiting)
        self._session: Session | None = None
        self._link: Link | None = None
        self._watchdog: asyncio.Task[None] | None = None
        self._stopping = False
        self.received = 0
        self.settled = 0
        self.retried = 0
        self.buried = 0

    @property
    def consuming(self) -> bool:
        """Whether messages reach this replica now."""
        return self._wanted() and self._session is not None and self._session.consuming

    @property
    def paused_by(self) -> str | None:
        """The dependency whose return is waited for, or None."""
        return self._pause.dependency

    def start(self, link: Link) -> None:
        """Consume over the link from now on."""
        self._link = link
        link.on_loss = self._lose_session
        link.start()
        self._watchdog = asyncio.get_running_loop().create_task(self._watch())

    async def build(self, connection: AbstractConnection) -> None:
        """Make on a new connection what the subscription needs.

        Raises `TopologyMissing` or one of `BROKER_TROUBLE`.
        """
        session = Session(self._subscription, self._take_in, self._drop)
        await session.open(connection)
        self._session = session
        await session.follow(self._wanted)

    async def stop(self, grace: float = 20) -> None:
        """Take nothing more, give back what has not begun, finish the rest within `grace` seconds."""
        if self._stopping or self._link is None:
            return
        self._stopping = True
        self._keyed.pause()
        await self._pause.cancel()
        if self._watchdog is not None:
            await end(self._watchdog)
        await self._follow()
        await self._give_back_waiting()
        if not await self._keyed.finish(grace):
            _log.warning("handlers cut short", service=self._subscription.service)
            await self._keyed.cancel()
        await self._link.stop()

    def _wanted(self) -> bool:
        return not self._stopping and self._pause.dependency is None

    def _take_in(self, delivery: RabbitDelivery) -> None:
        self.received += 1
        self._keyed.put(_key(delivery), delivery)

    async def _work(self, delivery: RabbitDelivery) -> None:
        """Handle one message and answer for it, exactly once and whatever happens, unless it is held."""
        held = False
        try:
            if delivery.alive:
                held = await self._conclude(delivery)
        except BROKER_TROUBLE as error:
            _log.warning("no answer to the broker", event_id=delivery.event_id, error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - a bug of ours: a new connection brings the message again
            where = Reason.of(error).where
            self._drop(f"the consumer itself failed: {type(error).__name__} at {where}")
        finally:
            if not held:
                self._settle(delivery)

    async def _conclude(self, delivery: RabbitDelivery) -> bool:
        """Handle a message and do what its outcome asks for; true if it is held for later."""
        verdict = await handle(delivery, self._subscription)
        if not delivery.alive:
            return False
        if isinstance(verdict, Done):
            reach(CrashPoint.AFTER_THE_EFFECT_BEFORE_THE_ACK)
            await delivery.acknowledge()
            self._pause.forget()
        elif isinstance(verdict, Later | Never):
            await self._pass_on(delivery, verdict)
        elif self._stopping:
            await delivery.give_back()
        else:
            self._keyed.put_back(_key(delivery), delivery)
            self._keyed.pause()
            self._pause.start(verdict)
            return True
        return False

    async def _pass_on(self, delivery: RabbitDelivery, verdict: Later | Never) -> None:
        """To a rung or the dead letters: published there and confirmed first, acknowledged here after."""
        onward = step(delivery, verdict, self._subscription)
        exchange = own_exchange(self._subscription.service)
        wait = _SHORTEST_WAIT
        while delivery.alive:
            if await self._send(exchange, [onward.message]):
                if onward.rung is None:
                    self.buried += 1
                    reach(CrashPoint.IN_DEAD_LETTERING)
                else:
                    self.retried += 1
                    reach(CrashPoint.IN_RETRYING)
                await delivery.acknowledge()
                return
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)

    def _settle(self, delivery: RabbitDelivery) -> None:
        self.settled += 1
        delivery.source.outstanding -= 1

    async def _halt(self) -> None:
        self._keyed.pause()
        await self._follow()

    async def _go_on(self) -> None:
        if not self._stopping:
            self._keyed.resume()
        await self._follow()

    async def _give_back_waiting(self) -> None:
        for delivery in self._keyed.take_waiting(lambda _: True):
            with suppress(*BROKER_TROUBLE):
                await delivery.give_back()
            self._settle(delivery)

    async def _follow(self) -> None:
        try:
            if self._session is not None:
                await self._session.follow(self._wanted)
        except BROKER_TROUBLE:
            self._drop("the consumer could not be changed")

    def _drop(self, reason: str) -> None:
        if self._link is not None:
            self._link.drop(reason)

    def _lose_session(self) -> None:
        """What was prefetched over a lost connection and has not begun comes again over the next."""
        lost, self._session = self._session, None
        if lost is not None:
            lost.end()
        for delivery in self._keyed.take_waiting(lambda waiting: not waiting.alive or lost is not None):
            self._settle(delivery)

    async def _watch(self) -> None:
        while not self._stopping:
            await asyncio.sleep(self._watch_seconds)
            session = self._session
            lost = session is not None and not await _is_healthy(session)
            if lost and session is self._session and not self._stopping:
                self._drop("the watchdog finds the consumer lost")


async def _is_healthy(session: Session) -> bool:
    """A consumer that cannot even be asked is lost; the watchdog itself must not be."""
    try:
        return await session.healthy()
    except Exception:  # noqa: BLE001 - logged, and taken for a no
        _log.exception("the watchdog cannot ask")
        return False


def _key(delivery: RabbitDelivery) -> str:
    """What can't be opened has an order with nothing else."""
    content = delivery.content
    return f"key {content.key}" if isinstance(content, Opened) else f"unreadable {delivery.event_id}"
