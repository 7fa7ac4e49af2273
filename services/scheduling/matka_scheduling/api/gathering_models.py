"""What is asked of gatherings over HTTP, and how it is answered."""

from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StrictBool, model_validator

from matka_contracts.terms import GatheringKind, LocalMoment, PlannedMoment
from matka_scheduling.domain.gathering import Gathering
from matka_scheduling.domain.place import Place

Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,8})?$")]
Title = Annotated[str, Field(min_length=1, max_length=300)]
PersonId = Annotated[str, Field(min_length=1, max_length=100)]


class GatheringRequest(BaseModel):
    """A gathering as staff ask for it; `at` is local time in the program's zone."""

    model_config = ConfigDict(extra="forbid")

    kind: GatheringKind
    title: Annotated[dict[Language, Title], Field(min_length=1, max_length=20)]
    at: PlannedMoment
    hours: Annotated[float, Field(gt=0, le=100, strict=True)]
    place: Annotated[str, Field(max_length=300)] = ""
    seats: Annotated[int, Field(ge=1, le=100_000, strict=True)]


class AttendanceLine(BaseModel):
    """Whether one person was there."""

    model_config = ConfigDict(extra="forbid")

    person_id: PersonId
    attended: StrictBool


class AttendanceRequest(BaseModel):
    """Who was there and who was not, each person once."""

    model_config = ConfigDict(extra="forbid")

    records: Annotated[list[AttendanceLine], Field(min_length=1, max_length=200)]

    @model_validator(mode="after")
    def _each_person_once(self) -> Self:
        if len({line.person_id for line in self.records}) < len(self.records):
            raise ValueError("a person stands there twice")
        return self


class PlaceAnswer(BaseModel):
    """One person at one gathering; `seat` is 0 without sign-up."""

    person_id: str
    invited: bool
    seat: int
    attendance: Literal["unknown", "attended", "absent"]

    @classmethod
    def of(cls, place: Place) -> "PlaceAnswer":
        return cls(
            person_id=place.person_id, invited=place.invited, seat=place.seat, attendance=place.attendance
        )


class Counts(BaseModel):
    """How many people stand where with one gathering."""

    invited: int
    signed_up: int
    attended: int
    absent: int


class GatheringAnswer(BaseModel):
    """A gathering; `counts` is for staff, `mine` the caller's own place if they have one."""

    id: str
    program_id: str
    kind: GatheringKind
    title: dict[str, str]
    at: LocalMoment
    timezone: str
    starts_at: AwareDatetime
    hours: float
    place: str
    seats: int
    status: Literal["scheduled", "held"]
    counts: Counts | None = None
    mine: PlaceAnswer | None = None

    @classmethod
    def of(
        cls, gathering: Gathering, counts: Counts | None = None, mine: Place | None = None
    ) -> "GatheringAnswer":
        return cls(
            **gathering.model_dump(include={"id", "program_id", "kind", "title", "hours", "place", "seats"}),
            at=gathering.at.naive(),
            timezone=gathering.at.zone,
            starts_at=gathering.starts_at,
            status=gathering.status,
            counts=counts,
            mine=PlaceAnswer.of(mine) if mine else None,
        )


class GatheringsAnswer(BaseModel):
    """A program's gatherings in order of time."""

    gatherings: list[GatheringAnswer]


class PlacesAnswer(BaseModel):
    """A gathering with one page of its places; `after` asks for the next page, empty on the last."""

    gathering: GatheringAnswer
    places: list[PlaceAnswer]
    after: str
