"""The staff's desk: cases that come in are looked into on the next working day, and settled."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from matka_cli.rehearse.production import Production
from matka_contracts.pairing import CaseOpened

_SATURDAY = 5
_OUTCOMES = {"ending": "pair-ended", "rhythm": "continues"}


@dataclass
class Desk:
    """Hears of new cases after every moment; `seen` are the entries of the recording that were read."""

    show: Production
    match_again: Any
    seen: int = 0

    async def listen(self) -> None:
        """Put every new case on the agenda of whoever answers for it."""
        entries = self.show.recording.entries
        new, self.seen = entries[self.seen :], len(entries)
        cases = [entry.event for entry in new if isinstance(entry.event, CaseOpened)]
        for case in sorted(cases, key=lambda each: each.case_id):
            day = self.show.today() + timedelta(days=1)
            while day.weekday() >= _SATURDAY:
                day += timedelta(days=1)
            self.show.stage.at(self.show.local(day, 11), partial(self._settle, case))

    async def _settle(self, case: CaseOpened) -> None:
        outcome = _OUTCOMES.get(case.kind, "answered")
        body = {"outcome": outcome, "note": "Puhuimme asiasta kummankin kanssa."}
        if outcome == "pair-ended":
            body["reason"] = "by-agreement"
            self.show.over.add(case.pair_id)
        owner = self.show.person(case.owner_id)
        await self.show.hands.post(owner, f"/pairing/cases/{case.case_id}/resolve", body)
        self.show.tell(f"a case is settled: {outcome}")
        if outcome == "pair-ended":
            day = self.show.today() + timedelta(days=1)
            self.show.stage.at(self.show.local(day, 10), self.match_again)


def schedule(show: Production, match_again: Any) -> None:
    """Sit down at the desk."""
    show.stage.afterwards(Desk(show, match_again).listen)
