"""Faults of the mail server: it refuses, hangs up after the final dot, or takes too long to answer."""

from collections.abc import Mapping
from typing import Any

from matka_cli.backing.mishaps import Mishap, Mishaps
from matka_cli.rehearse.faults.fault import Fault, Rig, Seen, Unfit

_LASTS: Mapping[Mishap, float] = {Mishap.REFUSES: 4.0, Mishap.DROPS: 4.0, Mishap.STALLS: 8.0}
_AMBIGUOUS = frozenset({Mishap.DROPS, Mishap.STALLS})


class MailServerFails(Fault):
    """Our own mail server gets every mail wrong for a while; of each that it took the sender can't know."""

    victims = ("notifications",)

    def __init__(self, rig: Rig, mishap: Mishap) -> None:
        super().__init__(rig)
        if rig.stack.backing.mail.kind != "embedded":
            raise Unfit(f"it is not our own mail server: {rig.stack.backing.mail.line}")
        self.lasts = _LASTS[mishap]
        self._mishap = mishap
        self._mishaps = Mishaps(rig.stack.mail_folder)
        self._before = 0

    def proof(self, seen: Seen) -> dict[str, Any]:
        """Letters that wait to be sent."""
        return {name: dict(owed) for name, owed in seen.work.items() if owed.get("waiting")}

    async def inject(self) -> None:
        self._before = self._mishaps.counted()[self._mishap]
        self._mishaps.wish(self._mishap)

    async def heal(self) -> None:
        self._mishaps.forget()

    def has_struck(self) -> bool:
        return self._mails() > 0

    def may_double(self) -> int:
        return self._mails() if self._mishap in _AMBIGUOUS else 0

    def facts(self) -> dict[str, Any]:
        return {"mails": self._mails()}

    def _mails(self) -> int:
        return self._mishaps.counted()[self._mishap] - self._before
