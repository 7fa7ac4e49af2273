"""Calls a service's handler and turns its outcome into a verdict; the same for every bus."""

import asyncio

from structlog.contextvars import bound_contextvars

from matka_kit.consumer.delivery import Delivery
from matka_kit.consumer.subscription import Subscription
from matka_kit.consumer.verdict import Away, Done, Later, Never, Reason, Verdict, verdict_on

_PAUSES = 3


async def handle(delivery: Delivery, subscription: Subscription) -> Verdict:
    """Let the service handle a message within its deadline; every log line in there names the event."""
    content = delivery.content
    if isinstance(content, Reason):
        return Never(content)
    envelope = content.envelope
    with bound_contextvars(event_id=envelope.id, correlation_id=envelope.correlationid):
        try:
            async with asyncio.timeout(subscription.deadline):
                await subscription.dispatch(envelope, content.event)
        except Exception as error:  # noqa: BLE001 - whatever a handler raises, its message needs a verdict
            return _patient(delivery, subscription, verdict_on(error))
    return Done()


def _patient(delivery: Delivery, subscription: Subscription, verdict: Verdict) -> Verdict:
    """A message that keeps finding away what its probe finds well must not hold up all the others."""
    if isinstance(verdict, Away) and verdict.dependency in subscription.probes:
        delivery.pauses += 1
        if delivery.pauses > _PAUSES:
            return Later(verdict.reason)
    return verdict
