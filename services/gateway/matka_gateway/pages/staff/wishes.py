"""What staff wish of the next draft: two who stay together, two who stay apart."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from matka_gateway.matching_readings import Two, WholeDraft
from matka_gateway.pages.visit import Visit

_TWO = re.compile(r"([A-Za-z0-9_-]{1,100})\.([A-Za-z0-9_-]{1,100})")
_MOST = 500


@dataclass(frozen=True)
class Wishes:
    """Pairs as (mentor id, mentee id); in addresses and forms the two ids with a dot between."""

    together: tuple[Two, ...] = ()
    apart: tuple[Two, ...] = field(default=())

    @classmethod
    def of(cls, draft: WholeDraft) -> "Wishes":
        """Those that a draft was made with."""
        return cls(tuple(draft.locks), draft.vetoes)

    @classmethod
    def typed(cls, visit: Visit) -> "Wishes":
        """Those of a form."""
        values = {name: [str(each) for each in visit.form.getlist(name)] for name in ("lock", "veto")}
        return cls(_read(values["lock"]), _read(values["veto"]))

    def with_query(self, visit: Visit) -> "Wishes":
        """These and those that the address adds."""
        query = visit.request.query_params
        together, apart = _read(query.getlist("lock")), _read(query.getlist("veto"))
        return Wishes(_once((*self.together, *together)), _once((*self.apart, *apart)))

    def body(self) -> dict[str, Any]:
        """What pairing is asked for."""
        asked: dict[str, Any] = {"locks": [list(two) for two in self.together]}
        return asked | ({"vetoes": [list(two) for two in self.apart]} if self.apart else {})

    def beside(self, shown: Iterable[Two]) -> "Wishes":
        """Those about pairs that are not among these."""
        known = set(shown)
        return Wishes(
            tuple(two for two in self.together if two not in known),
            tuple(two for two in self.apart if two not in known),
        )

    def people(self) -> set[str]:
        return {person for two in (*self.together, *self.apart) for person in two}


def _read(values: Iterable[str]) -> tuple[Two, ...]:
    found = [match.groups() for value in values if (match := _TWO.fullmatch(value))]
    return _once((mentor, mentee) for mentor, mentee in found[:_MOST])


def _once(pairs: Iterable[Two]) -> tuple[Two, ...]:
    return tuple(dict.fromkeys(pairs))
