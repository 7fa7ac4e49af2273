"""Why something is done: the identity of a command, and the trail from the first cause to the last event."""

import hashlib
import uuid
from dataclasses import dataclass, replace
from typing import Self

from matka_contracts.event import Envelope

_NAMESPACE = uuid.UUID("6b1c9a52-6a0c-5a52-9df5-1b1a4d2f4d51")
_BETWEEN = "\x1f"


def derived_id(*parts: str) -> str:
    """A UUIDv5 that the same parts always give, and no other parts: for ids that must repeat."""
    plain = (part.replace("\\", "\\\\").replace(_BETWEEN, r"\x1f") for part in parts)
    return str(uuid.uuid5(_NAMESPACE, _BETWEEN.join(plain)))


@dataclass(frozen=True, slots=True)
class Cause:
    """The command that a write carries out and where it came from.

    `command_id` is the same each time the same command is tried. `digest` is a hash of the command's body,
    so that one key used for two different commands is noticed; it is empty where the id says it all.
    """

    command_id: str
    digest: str = ""
    correlation_id: str = ""
    causation_id: str = ""
    traceparent: str = ""

    @classmethod
    def of_command(cls, caller: str, command: str, key: str, body: bytes) -> Self:
        """The cause of a request: nobody else's key and no other command's can give the same id."""
        command_id = derived_id("command", caller, command, key)
        return cls(command_id, hashlib.sha256(body).hexdigest(), correlation_id=command_id)

    @classmethod
    def of_event(cls, envelope: Envelope) -> Self:
        """The cause of what a handler does about an event."""
        return cls(
            command_id=derived_id("event", envelope.id),
            correlation_id=envelope.correlationid or envelope.id,
            causation_id=envelope.id,
            traceparent=envelope.traceparent,
        )

    @classmethod
    def of_timer(cls) -> Self:
        """The cause of what a due timer sets off; the timer itself says whether it was fired."""
        command_id = str(uuid.uuid4())
        return cls(command_id, correlation_id=command_id)

    def child(self, *parts: str) -> Self:
        """The cause of one part of a larger command, such as one child document of a job."""
        return replace(self, command_id=derived_id(self.command_id, *parts))
