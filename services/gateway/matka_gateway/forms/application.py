"""An application to a program, as somebody typed it on the public site."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matka_contracts.terms import Cefr, MeetingForm, Role
from matka_gateway.forms.details import may_be_a_phone
from matka_gateway.tongues import AT_WORK, is_tongue

TOPICS = ("cv", "application", "culture", "labour-market", "network", "language", "recognition")
FORMS = tuple(each.value for each in MeetingForm)
AVAILABILITY = ("weekday-days", "weekday-evenings", "weekends")
PATHS = ("training", "self-study", "none")
CAPACITIES = tuple(str(number) for number in range(1, 6))
OTHER_TONGUES = 3
_LONGEST = {"name": 300, "email": 254, "phone": 40, "municipality": 100, "goals": 5000}
_MANY = ("field", "forms", "availability", "needs", "offers")
_ONE = (
    *("name", "email", "phone", "language", "municipality", "capacity", "goals"),
    *("path", "eligible", "consent"),
)


@dataclass(frozen=True)
class TypedApplication:
    """The form as it was filled in: single fields, fields of several choices, and levels of languages.

    `others` are languages beside those of `AT_WORK`, each with its level, either of which may be missing.
    """

    role: Role
    one: Mapping[str, str]
    many: Mapping[str, Sequence[str]]
    levels: Mapping[str, str]
    others: Sequence[tuple[str, str]]

    @classmethod
    def empty(cls, role: Role, language: str) -> "TypedApplication":
        """The form as it is first seen by a reader of this language."""
        return cls.taken(role, {"language": language, "capacity": "1", "path": "none"}, {})

    @classmethod
    def taken(
        cls, role: Role, one: Mapping[str, str], many: Mapping[str, Sequence[str]]
    ) -> "TypedApplication":
        """What a posted form holds, by the names of its fields."""
        numbers = range(1, OTHER_TONGUES + 1)
        return cls(
            role=role,
            one={name: one.get(name, "") for name in _ONE},
            many={name: tuple(many.get(name, ())) for name in _MANY},
            levels={code: one.get(f"level-{code}", "") for code in AT_WORK},
            others=[(one.get(f"other-{each}", ""), one.get(f"other-level-{each}", "")) for each in numbers],
        )

    def problems(self) -> dict[str, str]:
        """What is not right yet: fields and codes, in the form's order."""
        found = {name: "too-long" for name, most in _LONGEST.items() if len(self._said(name)) > most}
        if not self._said("name"):
            found["name"] = "name-missing"
        if not _looks_like_an_address(self._said("email")):
            found["email"] = "not-an-address"
        if not may_be_a_phone(self._said("phone")):
            found.setdefault("phone", "not-a-phone")
        if not self._languages():
            found["languages"] = "languages-missing"
        for number, (code, level) in enumerate(self.others, 1):
            if bool(code) != bool(level):
                found[f"other-{number}"] = "half-a-language"
        if self.role == Role.MENTOR and self._said("capacity") not in CAPACITIES:
            found["capacity"] = "capacity-missing"
        found |= {name: f"{name}-missing" for name in ("eligible", "consent") if not self._said(name)}
        return {name: found[name] for name in _IN_ORDER if name in found}

    def read(self, program_id: str) -> dict[str, Any]:
        """What pairing is asked for; only once there are no problems."""
        contact = {name: self._said(name) for name in ("name", "email", "phone", "language")}
        wished = "offers" if self.role == Role.MENTOR else "needs"
        return contact | {
            "program_id": program_id,
            "role": self.role.value,
            "path": self._path(),
            "eligible": bool(self._said("eligible")),
            "consent": bool(self._said("consent")),
            "profile": {
                "languages": self._languages(),
                "field": sorted(set(self.many["field"])),
                "municipality": self._said("municipality"),
                "forms": _known(self.many["forms"], FORMS),
                "availability": _known(self.many["availability"], AVAILABILITY),
                wished: _known(self.many[wished], TOPICS),
                "capacity": int(self._said("capacity")) if self.role == Role.MENTOR else 1,
                "goals": self._said("goals"),
            },
        }

    def _said(self, name: str) -> str:
        return self.one[name].strip()

    def _path(self) -> str:
        path = self._said("path")
        return path if self.role == Role.MENTOR and path in PATHS else "none"

    def _languages(self) -> dict[str, str]:
        """Languages with their levels, as far as both were chosen."""
        known = [*self.levels.items(), *((code, level) for code, level in self.others if is_tongue(code))]
        return {code: level for code, level in known if level in set(Cefr)}


_IN_ORDER = (
    *("eligible", "name", "email", "phone", "languages"),
    *(f"other-{number}" for number in range(1, OTHER_TONGUES + 1)),
    *("field", "needs", "offers", "goals", "forms", "availability", "municipality"),
    *("capacity", "path", "consent"),
)


def _known(chosen: Sequence[str], codes: Sequence[str]) -> list[str]:
    return [code for code in codes if code in chosen]


def _looks_like_an_address(typed: str) -> bool:
    name, at, host = typed.rpartition("@")
    return bool(name and at) and "." in host.strip(".") and not set(typed) & set(" ,;<>()")
