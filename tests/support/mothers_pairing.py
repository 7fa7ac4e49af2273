"""Mothers of programs, applications, readiness and pairs, with whatever a test wants otherwise."""

from datetime import UTC, date, datetime
from typing import Any

from matka_contracts.terms import MeetingForm, Pace, ProgramModel, Role
from matka_pairing.domain.application import Application, Profile
from matka_pairing.domain.case import Case
from matka_pairing.domain.pair import Agreement, Pair
from matka_pairing.domain.program import Program
from matka_pairing.domain.proposal import Draft
from matka_pairing.domain.readiness import Readiness, StaffNote, Training
from matka_pairing.domain.staffing import ActingStaff

NOON = datetime(2027, 1, 18, 10, 0, tzinfo=UTC)


def a_program(**otherwise: Any) -> Program:
    """Spring 2027: pair mentoring in Finnish and English, not yet opened."""
    facts = {
        "id": "spring",
        "model": ProgramModel.PAIR_MENTORING,
        "title": {"fi": "Kevät", "en": "Spring"},
        "languages": ("fi", "en"),
        "starts_on": date(2027, 1, 18),
        "ends_on": date(2027, 7, 18),
    }
    return Program.model_validate(facts | otherwise)


def a_started_program(**otherwise: Any) -> Program:
    """Spring 2027, running."""
    return a_program(status="started", **otherwise)


def an_application(role: Role = Role.MENTEE, **otherwise: Any) -> Application:
    """Amal applied as a mentee, or Maija as a mentor."""
    person = "maija" if role is Role.MENTOR else "amal"
    facts = {
        "id": f"application-{person}",
        "program_id": "spring",
        "person_id": person,
        "role": role,
        "profile": Profile(),
    }
    return Application.model_validate(facts | otherwise)


def a_readiness(**otherwise: Any) -> Readiness:
    """Maija, of whom nothing is recorded yet."""
    facts = {"id": "readiness", "program_id": "spring", "person_id": "maija"}
    return Readiness.model_validate(facts | otherwise)


def a_training(*, sequence: int = 1, attended: bool = True, at: datetime = NOON) -> Training:
    """What was recorded about somebody at a mentor training."""
    return Training(sequence=sequence, attended=attended, at=at)


def a_note(reason: str = "A good talk") -> StaffNote:
    """Staff wrote something down."""
    return StaffNote(by="staff", at=NOON, reason=reason)


def a_pair(**otherwise: Any) -> Pair:
    """Maija and Amal, proposed."""
    facts = {
        "id": "pair",
        "program_id": "spring",
        "mentor_id": "maija",
        "mentee_id": "amal",
        "seat": 0,
        "score": 70,
        "common_language": "fi",
    }
    return Pair.model_validate(facts | otherwise)


def a_formed_pair(**otherwise: Any) -> Pair:
    """Maija and Amal, who both accepted."""
    facts = {"status": "formed", "accepted": ("maija", "amal"), "formed_at": NOON}
    return a_pair(**facts | otherwise)


def an_agreement(**otherwise: Any) -> Agreement:
    """To meet by video, twice a month, in Finnish."""
    facts = {"form": MeetingForm.VIDEO, "language": "fi", "pace": Pace(least=2, most=2)}
    return Agreement.model_validate(facts | otherwise)


def a_case(**otherwise: Any) -> Case:
    """Amal asks staff something about her pair on a Monday; Sari answers, Heli covers."""
    facts = {
        "id": "case",
        "program_id": "spring",
        "pair_id": "pair",
        "members": ("maija", "amal"),
        "kind": "question",
        "text": "We can't find a time",
        "opened_by": "amal",
        "opened_at": NOON,
        "owner_id": "sari",
        "cover_id": "heli",
        "due_at": Case.deadline(NOON, "Europe/Helsinki"),
    }
    return Case.model_validate(facts | otherwise)


def an_acting(person_id: str, role: Role = Role.COORDINATOR, **otherwise: Any) -> ActingStaff:
    """Somebody who acts in the spring's program."""
    facts = {"id": f"{person_id}-{role}", "program_id": "spring", "person_id": person_id, "role": role}
    return ActingStaff.model_validate(facts | {"active": True} | otherwise)


def a_draft() -> Draft:
    """A run of matching with one pair."""
    return Draft(
        id="draft",
        program_id="spring",
        made_at=NOON,
        made_by="staff",
        matched=1,
        alone=0,
        total_score=70,
        line_chunks=1,
        input_chunks=1,
    )


def a_csv(*rows: str, header: str = "role,name,email") -> str:
    """A table of people."""
    return "\n".join([header, *rows]) + "\n"
