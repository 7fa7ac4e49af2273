"""The base of every aggregate: a model with an id whose methods change it and return events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from matka_contracts.event import Event
from matka_kit.clock import to_milliseconds


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that an aggregate wants to do at a moment of the domain's clock.

    `id` is unique in the aggregate; the same id at another `due` is a moved timer. `due` is kept as every
    store keeps it (UTC, whole milliseconds), so that the timer that comes back equals the one that was set.
    Raises `ValueError` for a moment without a zone.
    """

    id: str
    due: datetime
    kind: str

    def __post_init__(self) -> None:
        """Bring the moment into the form that stores keep."""
        if self.due.tzinfo is None:
            raise ValueError(f"the timer {self.kind} is due at a moment without a zone")
        object.__setattr__(self, "due", to_milliseconds(self.due))


class Aggregate(BaseModel):
    """A consistency boundary, stored as one document and changed by one write.

    Methods are pure: they change the model and return the events that say so, or raise a `DomainError`
    and leave the model to be thrown away. They never do I/O nor read a clock: the time is a parameter.
    """

    model_config = ConfigDict(extra="ignore", validate_assignment=False, hide_input_in_errors=True)

    id: str

    def timers(self) -> Sequence[Timer]:
        """What this aggregate, as it stands, waits for; derived afresh at every commit."""
        return ()

    def fire(self, timer: Timer, now: datetime) -> Sequence[Event]:
        """Do what a due timer asks for; afterwards `timers` must no longer hold it."""
        raise NotImplementedError(f"{type(self).__name__} has no timer {timer.kind}")
