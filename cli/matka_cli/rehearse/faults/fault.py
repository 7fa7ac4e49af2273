"""What a fault is: whom it strikes, how it is brought about and undone, and what may come of it."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matka_cli.rehearse.looking import Watch
from matka_cli.rehearse.people import Stagehands
from matka_cli.roster import SERVICES
from matka_cli.stack import Replica, Stack

SENDERS = 4  # letters that one replica of notifications has on their way at most, as its settings say
_NOTIFICATIONS = "notifications"


class Unfit(Exception):
    """A fault that can't be brought about here; the text says why."""


@dataclass(frozen=True)
class Rig:
    """What faults may lay hands on: the launcher's processes and servers, and what is seen of them."""

    stack: Stack
    watch: Watch
    hands: Stagehands

    def replicas(self, services: Sequence[str]) -> list[Replica]:
        """The replicas of these services."""
        return [each for each in self.stack.replicas if each.service in services]


@dataclass(frozen=True)
class Seen:
    """One look for work in flight: what replicas have to do, and which commands have no answer yet."""

    work: Mapping[str, Mapping[str, Any]]
    commands: Sequence[str]

    def of(self, services: Sequence[str]) -> dict[str, Any]:
        """What these services have in flight."""
        found: dict[str, Any] = {
            name: dict(owed) for name, owed in self.work.items() if name.rpartition("-")[0] in services
        }
        paths = tuple(f"/api/{service}/" for service in services)
        paths += ("/api/sign-in",) if "people" in services else ()
        if asked := [each for each in self.commands if each.partition(" ")[2].startswith(paths)]:
            found["commands"] = asked
        return found


class Fault(ABC):
    """Something that breaks, at `lasts` seconds' length, and is mended again.

    `victims` are the services that notice it.
    """

    victims: Sequence[str] = SERVICES
    lasts: float = 0.0

    def __init__(self, rig: Rig) -> None:
        self.rig = rig

    def proof(self, seen: Seen) -> dict[str, Any]:
        """What is in flight that this fault would strike; nothing, if now is no moment for it."""
        return seen.of(self.victims)

    @abstractmethod
    async def inject(self) -> None:
        """Break it."""

    async def heal(self) -> None:  # noqa: B027 - some faults need no mending
        """Mend it; also called if `inject` came half-way only."""

    def has_struck(self) -> bool:
        """Whether anything met it; asked when it is over, and if not it is tried again later."""
        return True

    def may_double(self) -> int:
        """How many mails may be at the mail server twice because nobody can know whether they arrived."""
        return 0

    def facts(self) -> dict[str, Any]:
        """What else is worth telling of it, once it is over."""
        return {}


def letters_on_their_way(rig: Rig, victims: Sequence[str]) -> int:
    """How many mails may have reached the server without a mark, if these services stop half-way."""
    return SENDERS * len(rig.replicas([name for name in victims if name == _NOTIFICATIONS]))
