"""The exception tree: what went wrong decides who hears of it and whether it is tried again.

MatkaError
├── DomainError       a broken rule; the caller hears its code and parameters (409)
│   ├── InvalidInput  the input can't be right (422)
│   ├── NotFound      nothing there, or nothing that this caller may see (404)
│   ├── Forbidden     known, but not allowed (403)
│   └── Unauthenticated  no or no valid token (401)
├── Transient         may work a little later: the message goes to the next retry rung (503)
│   └── Contended     too many writers at once on one aggregate
└── Unavailable       a dependency is away: the consumer pauses until it is back (503)
"""

from functools import partial
from typing import ClassVar


class MatkaError(Exception):
    """Root of everything that Matka raises on purpose."""


class DomainError(MatkaError):
    """A broken rule. `code` is stable and translated by whoever shows it; `params` fill its text.

    A subclass names the rule; the code is the class's name in kebab case unless set.
    """

    code: ClassVar[str] = ""
    status: ClassVar[int] = 409

    def __init__(self, **params: str | float | list[str]) -> None:
        super().__init__(self.code_of(), params)
        self.params = params

    def __reduce__(self) -> "tuple[partial[DomainError], tuple[()]]":
        """Let a broken rule come back from another process as it was raised there."""
        return partial(type(self), **self.params), ()

    @classmethod
    def code_of(cls) -> str:
        """The rule's stable code: `MentorAlreadyPaired` is `mentor-already-paired`."""
        if cls.code:
            return cls.code
        return "".join(f"-{c.lower()}" if c.isupper() else c for c in cls.__name__).lstrip("-")


class InvalidInput(DomainError):
    """The input can't be right, whatever the state."""

    status = 422


class NotFound(DomainError):
    """Nothing there, or nothing that this caller may know of."""

    status = 404


class Forbidden(DomainError):
    """The caller is known and not allowed to do this."""

    status = 403


class Unauthenticated(DomainError):
    """No token, or one that is not valid here."""

    status = 401


class Transient(MatkaError):
    """May work a little later; a message goes to the next retry rung, a request gets 503."""


class Contended(Transient):
    """One aggregate had more concurrent writers than patience."""


class Unavailable(MatkaError):
    """A dependency (store, broker, SMTP server, another service) is away.

    `dependency` names it. A consumer that meets this pauses until the dependency answers again.
    """

    def __init__(self, dependency: str, detail: str = "") -> None:
        super().__init__(f"{dependency} is away{': ' + detail if detail else ''}")
        self.dependency = dependency
