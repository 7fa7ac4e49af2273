"""What the driver's errors mean here: the server is away, the outcome is unknown, or it is our mistake."""

from collections.abc import Iterator
from contextlib import contextmanager

import pymongo
from pymongo.errors import (
    ConnectionFailure,
    ExecutionTimeout,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
)

from matka_kit.errors import Unavailable

_SECONDS = 5.0
_REFUSED = frozenset({13, 18, 8000})  # unauthorized, authentication failed, the same from a hosted cluster
_NO_DISK = frozenset({14031})
_STEPPING_DOWN = frozenset(
    {91, 189, 10107, 11600, 11602, 13435, 13436}
)  # shutting down, electing, interrupted by it
_CODES = {
    _REFUSED: "the server refuses our credentials or rights",
    _NO_DISK: "the server's disk is full",
    _STEPPING_DOWN: "the server is stepping down",
}
_KINDS: dict[type[PyMongoError], str] = {  # a subclass stands before its base
    ServerSelectionTimeoutError: "no server answers",
    WaitQueueTimeoutError: "all connections are in use",
    NetworkTimeout: "the server takes too long",
    ExecutionTimeout: "the server takes too long",
    WriteConcernError: "too few servers have stored the write",
    ConnectionFailure: "the connection broke",
}


class UnknownOutcome(Unavailable):
    """The connection broke after a write was sent: it may have been done, and only a look can tell."""


@contextmanager
def server_errors() -> Iterator[None]:
    """Bound all calls inside to five seconds together and turn a server's absence into `Unavailable`.

    Raises `UnknownOutcome` where a write may have happened. What is our own mistake passes unchanged.
    """
    try:
        with pymongo.timeout(_SECONDS):
            yield
    except PyMongoError as error:
        words = _words(error)
        if words is None:
            raise
        kind = UnknownOutcome if _unknown(error) else Unavailable
        raise kind("store", words) from error


def _unknown(error: PyMongoError) -> bool:
    if isinstance(error, ServerSelectionTimeoutError | WaitQueueTimeoutError | NotPrimaryError):
        return False  # nothing was sent, or the server says that it did nothing
    code = error.code if isinstance(error, OperationFailure) else None
    return code not in _REFUSED | _NO_DISK


def _words(error: PyMongoError) -> str | None:
    """What ops should hear of a server that does not serve; None for a mistake of ours."""
    for kind, words in _KINDS.items():
        if isinstance(error, kind):
            return words
    if error.timeout:
        return "the server takes too long"
    code = error.code if isinstance(error, OperationFailure) else None
    return next((words for codes, words in _CODES.items() if code in codes), None)
