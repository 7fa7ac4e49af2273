"""What whole-cohort matching is computed from: candidates, rules, vetoes, locks and taken seats."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, model_validator

Role = Literal["mentor", "mentee"]
Cefr = Literal["A1", "A2", "B1", "B2", "C1", "C2"]
LEVELS: tuple[Cefr, ...] = ("A1", "A2", "B1", "B2", "C1", "C2")
REMOTE_FORMS = frozenset({"video", "phone"})

Pair = tuple[str, str]
"""(mentor id, mentee id), always in this order."""


def _native_is_c2(level: object) -> object:
    """A mother tongue comes without a level, or as `native`: nobody is graded in it."""
    return "C2" if level in (None, "", "native") else level


Codes = Annotated[frozenset[str], PlainSerializer(sorted, return_type=list[str])]
Pairs = Annotated[frozenset[Pair], PlainSerializer(sorted, return_type=list[Pair])]
IscoCode = Annotated[str, Field(pattern=r"^[0-9]{1,4}$")]
Level = Annotated[Cefr, BeforeValidator(_native_is_c2)]


class Frozen(BaseModel):
    """A value that never changes; an unknown field is a mistake, so no protected trait can slip in."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Candidate(Frozen):
    """One person as matching sees them. Empty means unknown, which neither rewards nor punishes much.

    `languages` maps ISO 639 codes to CEFR levels, `field` holds ISCO-08 codes of one to four digits
    (a longer common prefix is nearer), `capacity` counts the mentees that a mentor takes at once.
    """

    person_id: str = Field(min_length=1)
    role: Role
    languages: Mapping[str, Level] = Field(default_factory=dict)
    field: tuple[IscoCode, ...] = ()
    municipality: str = ""
    forms: Codes = frozenset()
    availability: Codes = frozenset()
    needs: Codes = frozenset()
    offers: Codes = frozenset()
    capacity: int = Field(default=1, ge=0, le=100)
    ready: bool = True

    @property
    def seats(self) -> int:
        """How many partners this person can have at once in the program."""
        return self.capacity if self.role == "mentor" else 1


class Weights(Frozen):
    """The points that each wish can bring; together they make 100."""

    language: int = Field(default=10, ge=0)
    field: int = Field(default=30, ge=0)
    needs: int = Field(default=30, ge=0)
    forms: int = Field(default=10, ge=0)
    place: int = Field(default=10, ge=0)
    availability: int = Field(default=10, ge=0)

    @model_validator(mode="after")
    def _make_a_hundred(self) -> Self:
        if sum(self.model_dump().values()) != 100:
            raise ValueError("the weights must add up to 100 points")
        return self


class MatchingRules(Frozen):
    """The program's rules of matching.

    `field_digits` is the ISCO-08 prefix that the two must share where `field_is_hard` (career mentoring);
    `spreading_cost` the points that each further mentee of one mentor costs the whole.
    """

    model: Literal["pair-mentoring", "womento", "career-mentoring"] = "pair-mentoring"
    common_language_level: Cefr = "B1"
    field_is_hard: bool = False
    field_digits: int = Field(default=2, ge=1, le=4)
    spreading_cost: int = Field(default=5, ge=0, le=50)
    weights: Weights = Weights()

    @classmethod
    def for_model(cls, model: str, common_language_level: str) -> Self:
        """The rules that a program's model brings along; raises pydantic's `ValidationError`."""
        hard = model == "career-mentoring"
        return cls.model_validate(
            {"model": model, "common_language_level": common_language_level, "field_is_hard": hard}
        )


class MatchingInputs(Frozen):
    """Everything that a proposal depends on; the same inputs always give the same proposal.

    `taken` counts the seats that a person has already filled in this program, a mentee's included;
    `vetoes` are pairs that must not be, `locks` pairs that staff have fixed.
    """

    candidates: tuple[Candidate, ...]
    rules: MatchingRules = MatchingRules()
    vetoes: Pairs = frozenset()
    locks: Pairs = frozenset()
    taken: Mapping[str, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _name_each_person_once(self) -> Self:
        if len({c.person_id for c in self.candidates}) != len(self.candidates):
            raise ValueError("a person is a candidate twice")
        return self

    def of_role(self, role: Role) -> list[Candidate]:
        """The candidates of a role in the order of their ids' hashes: no name and no list order decides."""
        return sorted((c for c in self.candidates if c.role == role), key=lambda c: stable_hash(c.person_id))

    def seats_left(self, candidate: Candidate) -> int:
        """How many more partners this person can take in the program."""
        return max(0, candidate.seats - self.taken.get(candidate.person_id, 0))


def stable_hash(person_id: str) -> int:
    """64 bits that depend on the id alone, the same in every process and on every machine."""
    return int.from_bytes(sha256(person_id.encode()).digest()[:8])
