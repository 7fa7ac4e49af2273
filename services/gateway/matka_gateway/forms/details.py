"""A person's own details, as they typed them into the form."""

from dataclasses import dataclass
from typing import Any

from matka_gateway.readings import Person

_PHONE_SIGNS = frozenset("+0123456789 -()/.")
_LEAST_DIGITS = 5
LONGEST_NAME, LONGEST_EMAIL, LONGEST_PHONE = 300, 254, 40


@dataclass(frozen=True)
class TypedDetails:
    """The fields of the form, as they were typed; what is right in them, `people` knows."""

    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    reminders: str = ""

    @classmethod
    def of(cls, person: Person) -> "TypedDetails":
        """What `people` knows now."""
        reminders = "yes" if person.reminders else ""
        return cls(person.name, person.email, person.phone, person.language, reminders)

    def problems(self) -> dict[str, str]:
        """What is missing: fields and codes, in the form's order."""
        found = {}
        if not self.name.strip():
            found["name"] = "name-missing"
        if "@" not in self.email:
            found["email"] = "not-an-address"
        if not may_be_a_phone(self.phone):
            found["phone"] = "not-a-phone"
        return found

    def read(self) -> dict[str, Any]:
        """What `people` is asked for."""
        return {
            "name": self.name.strip(),
            "email": self.email.strip(),
            "phone": self.phone.strip(),
            "language": self.language,
            "reminders": self.reminders == "yes",
        }


def may_be_a_phone(typed: str) -> bool:
    """Whether one could call this, however it is written; nothing is fine too."""
    digits = sum(each.isdecimal() for each in typed)
    return not typed.strip() or (set(typed.strip()) <= _PHONE_SIGNS and digits >= _LEAST_DIGITS)
