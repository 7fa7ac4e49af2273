"""What all events share: the base class, the registry and the CloudEvents envelope."""

import re
from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

_REGISTRY: dict[str, type["Event"]] = {}


class Event(BaseModel):
    """A fact that has happened, named in the past tense; it carries ids, never names or addresses.

    A subclass states its `producer` (the publishing service) through its module's base class.
    Unknown fields are ignored, so that a contract may grow: consumers of an older shape keep working.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    producer: ClassVar[str] = ""
    version: ClassVar[int] = 1

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Register every concrete event under its type; a second class of one type is a mistake.

        A class whose name ends in `Event` is a base that others extend: events end in a past tense.
        """
        super().__pydantic_init_subclass__(**kwargs)
        if cls.__name__.endswith("Event"):
            return
        if _REGISTRY.setdefault(cls.event_type(), cls) is not cls:
            raise TypeError(f"two classes claim the event type {cls.event_type()}")

    @classmethod
    def event_type(cls) -> str:
        """The CloudEvents type, which is also the routing key: `pairing.pair-formed.v1`."""
        kebab = re.sub(r"(?<!^)(?=[A-Z])", "-", cls.__name__).lower()
        return f"{cls.producer}.{kebab}.v{cls.version}"


class Envelope(BaseModel):
    """CloudEvents 1.0, structured JSON, with Matka's extensions.

    `subject` is the id of the aggregate that the event comes from and `sequence` that aggregate's own
    count of events, from 1. `time` is on the domain's clock. `correlationid` names the first cause,
    `causationid` the direct one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    specversion: Literal["1.0"] = "1.0"
    id: str = Field(min_length=1, max_length=200)
    source: str
    type: str
    subject: str
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str = ""
    data: dict[str, Any]
    sequence: int = Field(ge=1)
    correlationid: str = ""
    causationid: str = ""
    traceparent: str = ""

    def open(self) -> Event:
        """Return the event inside.

        Raises `KeyError` when no contract has this type and pydantic's `ValidationError` when the data
        do not fit it.
        """
        return _REGISTRY[self.type].model_validate(self.data)


def registered() -> Iterator[type[Event]]:
    """Every event class that has been imported, in the order of their types."""
    return iter([_REGISTRY[key] for key in sorted(_REGISTRY)])
