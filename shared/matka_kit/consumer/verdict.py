"""What a handler's outcome means for its message."""

from dataclasses import dataclass
from pathlib import Path
from traceback import walk_tb
from types import TracebackType

from matka_kit.errors import DomainError, Unavailable

_FRAMES = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a message was not handled, free of anything that a person may have typed.

    `error` is the class, `code` the stable code of a broken rule, `where` the places in our code.
    """

    error: str
    code: str
    where: str

    @classmethod
    def of(cls, error: BaseException) -> "Reason":
        """The reason that an exception gives; its text may quote data and stays out."""
        code = error.code_of() if isinstance(error, DomainError) else ""
        if isinstance(error, Unavailable):
            code = error.dependency
        return cls(type(error).__name__, code, _where(error.__traceback__))


@dataclass(frozen=True, slots=True)
class Done:
    """Handled; acknowledge."""


@dataclass(frozen=True, slots=True)
class Later:
    """May work later; to the next rung."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Never:
    """Can't ever work as it is; to the dead letters."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Away:
    """A dependency is away; nothing else would fare better, so pause."""

    dependency: str
    reason: Reason


Verdict = Done | Later | Never | Away


def verdict_on(error: Exception) -> Verdict:
    """What an exception out of a handler means; a bug counts as transient, for a deploy may mend it."""
    cause = _single(error)
    if isinstance(cause, Unavailable):
        return Away(cause.dependency, Reason.of(cause))
    if isinstance(cause, DomainError):
        return Never(Reason.of(cause))
    return Later(Reason.of(cause))


def _single(error: Exception) -> Exception:
    """The error inside a group of one, as a task group raises it."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def _where(trace: TracebackType | None) -> str:
    places = [(frame.f_code, line) for frame, line in walk_tb(trace)][-_FRAMES:]
    return " < ".join(
        f"{Path(code.co_filename).name}:{line} {code.co_name}" for code, line in reversed(places)
    )
