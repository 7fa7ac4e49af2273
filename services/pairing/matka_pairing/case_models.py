"""What the API takes and gives about support cases."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from matka_pairing.domain.case import Case, Outcome
from matka_pairing.models import Body, EndReason

Status = Literal["open", "resolved"]


class NewCase(Body):
    """What somebody turns to staff about, in words or without."""

    kind: Literal["question", "meetings", "ending", "well-being", "other"]
    text: str = Field(default="", max_length=5000)


class NewOwner(Body):
    """Who answers from now on."""

    owner_id: str = Field(min_length=1, max_length=100)


class NewCover(Body):
    """Who answers when the owner is away; nobody if empty."""

    cover_id: str = Field(max_length=100)


class Resolving(Body):
    """What came of a case; `note` is for staff, `reason` is why the pair ends if it does."""

    outcome: Outcome
    note: str = Field(default="", max_length=5000)
    reason: EndReason = "by-agreement"


class _CaseFacts(BaseModel):
    """What a case is, without what was said."""

    id: str
    program_id: str
    pair_id: str
    kind: str
    opened_by: str
    opened_at: datetime
    owner_id: str
    cover_id: str
    due_at: datetime
    overdue: bool
    status: str
    outcome: str
    resolved_at: datetime | None


class CaseLine(_CaseFacts):
    """A case in a list: of what was said only how it begins."""

    beginning: str

    @classmethod
    def of(cls, case: Case) -> "CaseLine":
        """The line of one case."""
        return cls.model_validate(case.model_dump() | {"beginning": case.beginning})


class CaseView(_CaseFacts):
    """A case with what was said; the `note` is empty for who is not staff."""

    text: str
    note: str

    @classmethod
    def seen(cls, case: Case, *, by_staff: bool) -> "CaseView":
        """The view of one case."""
        return cls.model_validate(case.model_dump() | ({} if by_staff else {"note": ""}))


class CaseLines(BaseModel):
    """A page of a program's cases."""

    cases: list[CaseLine]
    after: str


class CaseViews(BaseModel):
    """A page of one's own cases."""

    cases: list[CaseView]
    after: str


class Colleague(BaseModel):
    """Somebody of staff who can answer a case."""

    person_id: str


class Colleagues(BaseModel):
    """Everybody of staff who acts in a program."""

    staff: list[Colleague]
