"""Where a message goes that was not handled: up the retry rungs, or to the dead letters."""

from dataclasses import dataclass

import structlog

from matka_kit.consumer.delivery import ATTEMPT, EVENT_ID, FIRST_FAILED, LANE, ROUTING_KEY, Delivery
from matka_kit.consumer.subscription import Subscription
from matka_kit.consumer.verdict import Later, Never, Reason
from matka_kit.outgoing import Outgoing
from matka_kit.topology import dead_queue, rung_queue

ERROR = "x-error"
ERROR_CODE = "x-error-code"
ERROR_AT = "x-error-at"
SERVICE = "x-service"
DIED_AT = "x-died-at"

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Step:
    """The message to send through the service's own exchange; `rung` in seconds, or None for the end."""

    message: Outgoing
    rung: float | None


def step(delivery: Delivery, verdict: Later | Never, subscription: Subscription) -> Step:
    """The next stop of a message that was not handled."""
    now = subscription.machine().timestamp()
    first = _first_failed(delivery, now)
    exhausted = now - first >= subscription.patience
    if isinstance(verdict, Never) or exhausted:
        return _bury(delivery, verdict.reason, subscription)
    rungs = subscription.topology.rungs
    rung = rungs[min(delivery.attempt, len(rungs)) - 1]
    headers = _headers(delivery, verdict.reason) | {
        ATTEMPT: str(delivery.attempt + 1),
        FIRST_FAILED: repr(first),
    }
    _log.warning("event is tried again later", rung=rung, **_facts(delivery, verdict.reason))
    key = rung_queue(subscription.service, delivery.lane, rung)
    return Step(Outgoing(delivery.event_id, key, delivery.body, headers), rung)


def _bury(delivery: Delivery, reason: Reason, subscription: Subscription) -> Step:
    headers = _headers(delivery, reason) | {
        ATTEMPT: str(delivery.attempt),
        SERVICE: subscription.service,
        DIED_AT: subscription.machine().isoformat(timespec="milliseconds"),
    }
    _log.error("event is a dead letter", service=subscription.service, **_facts(delivery, reason))
    return Step(Outgoing(delivery.event_id, dead_queue(subscription.service), delivery.body, headers), None)


def _headers(delivery: Delivery, reason: Reason) -> dict[str, str]:
    """The original headers, where the message comes from, and why it is not done with."""
    return delivery.headers | {
        EVENT_ID: delivery.event_id,
        ROUTING_KEY: delivery.headers.get(ROUTING_KEY, delivery.routing_key),
        LANE: delivery.lane.value,
        ERROR: reason.error,
        ERROR_CODE: reason.code,
        ERROR_AT: reason.where,
    }


def _facts(delivery: Delivery, reason: Reason) -> dict[str, str | int]:
    return {
        "event_id": delivery.event_id,
        "event_type": delivery.event_type,
        "attempt": delivery.attempt,
        "error": reason.error,
        "code": reason.code,
        "where": reason.where,
    }


def _first_failed(delivery: Delivery, now: float) -> float:
    try:
        return float(delivery.headers[FIRST_FAILED])
    except (KeyError, ValueError):
        return now
