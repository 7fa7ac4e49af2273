"""Mothers of gatherings, places, meetings and participation, with whatever a test wants otherwise."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from matka_contracts.pairing import (
    AgreementSigned,
    ApplicantAdmitted,
    MentorReady,
    PairEnded,
    PairFormed,
    ProgramClosed,
    ProgramOpened,
)
from matka_contracts.scheduling import GatheringFact
from matka_contracts.terms import Door, GatheringKind, MeetingForm, Pace, ProgramModel, Role
from matka_scheduling.domain.gathering import Gathering
from matka_scheduling.domain.known import KnownPair, KnownProgram
from matka_scheduling.domain.local_time import LocalTime
from matka_scheduling.domain.meeting import Meeting
from matka_scheduling.domain.participation import Attendance, Participation
from matka_scheduling.domain.place import Place
from matka_scheduling.domain.plan import MeetingPlan
from matka_scheduling.domain.rhythm import MeetingInRhythm, PairInRhythm, Rhythm

HELSINKI = "Europe/Helsinki"
JANUARY = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)
"""A Monday morning, two weeks before the program starts."""

START_DAY = datetime(2027, 1, 25, 17, 0)
"""When, in local time, the gatherings of these mothers begin."""

TITLE = {"fi": "Starttitapaaminen", "en": "Start meeting"}


def local(*at: int) -> LocalTime:
    """A local time in Helsinki."""
    return LocalTime.of(datetime(*at), HELSINKI)  # type: ignore[arg-type]  # year, month, day, hour, minute


def a_program(**otherwise: Any) -> KnownProgram:
    """Spring 2027, running."""
    facts = {
        "id": "spring",
        "title": {"fi": "Kevät"},
        "starts_on": date(2027, 1, 18),
        "ends_on": date(2027, 7, 18),
        "timezone": HELSINKI,
        "status": "started",
    }
    return KnownProgram.model_validate(facts | otherwise)


def a_gathering(kind: str = "theme", **otherwise: Any) -> Gathering:
    """A gathering on the evening of 25 January, with three seats."""
    facts = {
        "id": "gathering",
        "program_id": "spring",
        "kind": kind,
        "title": TITLE,
        "at": LocalTime.of(START_DAY, HELSINKI),
        "hours": 2.5,
        "place": "Kirjasto, Tampere",
        "seats": 3,
    }
    return Gathering.model_validate(facts | otherwise)


def a_place(gathering: Gathering, **otherwise: Any) -> Place:
    """Amal's place at a gathering, not asked for yet."""
    return Place.at(gathering, "amal").model_copy(update=otherwise)


def a_pair(**otherwise: Any) -> KnownPair:
    """Maija and Amal, formed on 4 January."""
    facts = {
        "id": "pair",
        "program_id": "spring",
        "mentor_id": "maija",
        "mentee_id": "amal",
        "pace": Pace(),
        "status": "active",
        "formed_at": JANUARY,
    }
    return KnownPair.model_validate(facts | otherwise)


def a_plan(at: LocalTime | None = None, **otherwise: Any) -> MeetingPlan:
    """An hour in person on Wednesday, 10 February at 17:30."""
    facts = {
        "at": at or local(2027, 2, 10, 17, 30),
        "minutes": 60,
        "form": MeetingForm.IN_PERSON,
        "place": "Kahvila",
    }
    return MeetingPlan.model_validate(facts | otherwise)


def a_meeting(at: LocalTime | None = None, **otherwise: Any) -> Meeting:
    """A planned meeting of Maija and Amal."""
    return Meeting.of("meeting", a_pair(), a_plan(at), JANUARY).model_copy(update=otherwise)


def a_rhythm(**otherwise: Any) -> Rhythm:
    """The rhythm of Maija and Amal, of whom nothing is told yet."""
    facts = {"id": "pair", "program_id": "spring", "mentor_id": "maija", "mentee_id": "amal"}
    return Rhythm.model_validate(facts | otherwise)


def a_pair_in_rhythm(**otherwise: Any) -> PairInRhythm:
    """That the two are a pair from the program's start on."""
    facts = {"sequence": 3, "pace": Pace(), "zone": HELSINKI, "since": local(2027, 1, 18, 0).instant()}
    return PairInRhythm.model_validate(facts | otherwise)


def a_meeting_in_rhythm(**otherwise: Any) -> MeetingInRhythm:
    """That a meeting on 10 February is planned."""
    facts = {"sequence": 1, "status": "planned", "starts_at": local(2027, 2, 10, 17, 30).instant()}
    return MeetingInRhythm.model_validate(facts | otherwise)


def an_attendance(id: str = "gathering", sequence: int = 1, **otherwise: Any) -> Attendance:
    """That somebody was at a theme evening of two and a half hours."""
    gathering = GatheringFact(
        gathering_id=id,
        kind=otherwise.pop("kind", GatheringKind.THEME),
        title=TITLE,
        held_at=otherwise.pop("held_at", START_DAY.replace(tzinfo=UTC)),
        hours=2.5,
    )
    return Attendance(sequence=sequence, attended=otherwise.pop("attended", True), gathering=gathering)


def a_participation(**otherwise: Any) -> Participation:
    """Amal's participation, of which nothing is recorded yet."""
    facts = {"id": "participation", "program_id": "spring", "person_id": "amal", "role": Role.MENTEE}
    return Participation.model_validate(facts | otherwise)


def the_program(**otherwise: Any) -> dict[str, Any]:
    """The row that program events carry."""
    facts = {
        "program_id": "spring",
        "model": ProgramModel.PAIR_MENTORING,
        "title": {"fi": "Kevät", "en": "Spring"},
        "languages": ("fi", "en"),
        "starts_on": date(2027, 1, 18),
        "ends_on": date(2027, 7, 18),
        "timezone": HELSINKI,
        "pace": Pace(),
        "training_hours": 6.0,
    }
    return facts | otherwise


def program_opened(**otherwise: Any) -> ProgramOpened:
    return ProgramOpened(**the_program(**otherwise))


def program_closed(at: datetime, **otherwise: Any) -> ProgramClosed:
    return ProgramClosed(**the_program(**otherwise), closed_at=at)


def admitted(person_id: str, role: Role, *, self_study: bool = False) -> ApplicantAdmitted:
    return ApplicantAdmitted(
        application_id=f"application-{person_id}",
        program_id="spring",
        person_id=person_id,
        role=role,
        self_study=self_study,
    )


def _the_pair(mentor_id: str, mentee_id: str) -> dict[str, Any]:
    return {
        "pair_id": f"{mentor_id}-{mentee_id}",
        "program_id": "spring",
        "mentor_id": mentor_id,
        "mentee_id": mentee_id,
        "pace": Pace(),
    }


def pair_formed(mentor_id: str = "maija", mentee_id: str = "amal", at: datetime = JANUARY) -> PairFormed:
    return PairFormed(**_the_pair(mentor_id, mentee_id), formed_at=at, common_language="fi")


def agreement_signed(mentor_id: str = "maija", mentee_id: str = "amal") -> AgreementSigned:
    return AgreementSigned(
        **_the_pair(mentor_id, mentee_id),
        form=MeetingForm.VIDEO,
        language="fi",
        signed_at=JANUARY + timedelta(days=20),
    )


def pair_ended(
    at: datetime, reason: str = "other-plans", mentor_id: str = "maija", mentee_id: str = "amal"
) -> PairEnded:
    return PairEnded(**_the_pair(mentor_id, mentee_id), reason=reason, ended_at=at)


def mentor_ready(person_id: str, door: Door) -> MentorReady:
    return MentorReady(program_id="spring", person_id=person_id, door=door)
