"""What pairing has told: the people admitted to programs, and pairs."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from matka_contracts.terms import Role
from matka_kit.errors import DomainError


class NotAdmitted(DomainError):
    """This is for people who were admitted to the program in that role."""


class PairHasEnded(DomainError):
    """The pair has ended, so nothing is added to it any more."""


class KnownMember(BaseModel):
    """Somebody who was admitted to a program in one role."""

    model_config = ConfigDict(frozen=True)

    id: str
    program_id: str
    person_id: str
    role: Role


class KnownPair(BaseModel):
    """A pair as it was last told."""

    model_config = ConfigDict(frozen=True)

    id: str
    program_id: str
    mentor_id: str
    mentee_id: str
    status: Literal["active", "ended"]

    def includes(self, person_id: str) -> bool:
        """Whether this person is one of the two."""
        return person_id in {self.mentor_id, self.mentee_id}

    def require_active(self) -> None:
        """Raise `PairHasEnded` once the pair has ended."""
        if self.status == "ended":
            raise PairHasEnded
