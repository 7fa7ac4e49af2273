"""What the two of a pair agree on, as one of them typed it into the form."""

from dataclasses import dataclass
from typing import Any

from matka_contracts.terms import Cefr, MeetingForm
from matka_gateway.readings import Agreement
from matka_gateway.tongues import is_tongue

MOST_MEETINGS = 12  # a month; more than three a week is no pace that people keep for half a year
LONGEST_GOALS, LONGEST_HOLIDAYS = 5000, 1000


@dataclass(frozen=True)
class TypedAgreement:
    """The fields of the form, as they were typed."""

    form: str = ""
    language: str = ""
    language_level: str = ""
    least: str = "2"
    most: str = "3"
    goals: str = ""
    holidays: str = ""

    @classmethod
    def of(cls, known: Agreement | None, common_language: str) -> "TypedAgreement":
        """What the two agreed on before, or where to begin."""
        if known is None:
            return cls(language=common_language)
        return cls(
            form=known.form,
            language=known.language,
            language_level=known.language_level or "",
            least=str(known.pace.least),
            most=str(known.pace.most),
            goals=known.goals,
            holidays=known.holidays,
        )

    def problems(self) -> dict[str, str]:
        """What is not right yet: fields and codes, in the form's order."""
        found = {}
        if self.form not in set(MeetingForm):
            found["form"] = "form-missing"
        if not is_tongue(self.language):
            found["language"] = "language-missing"
        if self.language_level not in {"", *Cefr}:
            found["language_level"] = "level-missing"
        if not 1 <= _number(self.least) <= _number(self.most) <= MOST_MEETINGS:
            found["least"] = "pace-unclear"
        if len(self.goals) > LONGEST_GOALS:
            found["goals"] = "too-long"
        if len(self.holidays) > LONGEST_HOLIDAYS:
            found["holidays"] = "too-long"
        return found

    def read(self) -> dict[str, Any]:
        """What pairing is asked for; only once there are no problems."""
        return {
            "form": self.form,
            "language": self.language,
            "language_level": self.language_level or None,
            "pace": {"least": _number(self.least), "most": _number(self.most)},
            "goals": self.goals.strip(),
            "holidays": self.holidays.strip(),
        }


def _number(typed: str) -> int:
    written = typed.strip()
    return int(written) if written.isdecimal() and len(written) <= 2 else 0
