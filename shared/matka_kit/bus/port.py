"""What the bus promises, whichever broker is behind it."""

from collections.abc import Sequence
from typing import Protocol

from matka_kit.consumer import Consumer, Subscription
from matka_kit.outgoing import Outgoing


class Bus(Protocol):
    """Publishes events and brings them to subscriptions, at least once."""

    async def publish(self, messages: Sequence[Outgoing]) -> set[str]:
        """Publish events in order; return the ids of those that are confirmed to be safe.

        An id that is missing may or may not have arrived: publish it again. Never raises for broker trouble.
        """

    async def consume(self, subscription: Subscription) -> Consumer:
        """Begin to deliver what a service subscribes to; returns before the first delivery."""

    @property
    def consuming(self) -> bool:
        """Whether there are subscriptions and each of them is being served."""

    async def close(self) -> None:
        """Stop the consumers that still run and let go of the broker."""
