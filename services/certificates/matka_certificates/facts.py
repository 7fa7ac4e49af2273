"""What one certificate states: recorded facts about one person in one program."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

ByLanguage = Mapping[str, Annotated[str, Field(max_length=200)]]

Printable = Annotated[str, Field(pattern=r"^[!-~]+$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class GatheringAttended(_Frozen):
    """A gathering at which the holder was present; its title by language."""

    title: ByLanguage
    day: date


class CertificateFacts(_Frozen):
    """Everything that a certificate says, in no language; its text is made from it for each of `languages`.

    `ends` is the last day that the certificate speaks of, `ended_early` tells that this is not the whole way.
    What is zero or empty is not mentioned.
    """

    number: Printable = Field(max_length=60)
    holder_name: str = Field(min_length=1, max_length=300)
    languages: tuple[str, ...] = Field(min_length=1, max_length=2)
    program_title: ByLanguage
    organisation: str = Field(min_length=1, max_length=200)
    role: Literal["mentor", "mentee"]
    starts: date
    ends: date
    ended_early: bool = False
    meetings: int = Field(default=0, ge=0)
    training_hours: float = Field(default=0, ge=0)
    preparation: Literal["", "training", "self-study"] = ""
    gatherings: tuple[GatheringAttended, ...] = ()
    signatory: str = Field(default="", max_length=200)
    issued_on: date
    verify_url: Printable = Field(max_length=120)
    replaces: str = Field(default="", max_length=60)

    @model_validator(mode="after")
    def _starts_before_it_ends(self) -> Self:
        if self.ends < self.starts:
            raise ValueError("participation ends before it starts")
        return self
