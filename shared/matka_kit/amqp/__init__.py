"""AMQP as everything here uses it: calls that end within five seconds, connections that are rebuilt."""

from matka_kit.amqp.calls import (
    BROKER_TROUBLE,
    TIMEOUT,
    ConnectionLost,
    close,
    connect,
    no_false_cancellation,
    session,
)
from matka_kit.amqp.link import Link

__all__ = [
    "BROKER_TROUBLE",
    "TIMEOUT",
    "ConnectionLost",
    "Link",
    "close",
    "connect",
    "no_false_cancellation",
    "session",
]
