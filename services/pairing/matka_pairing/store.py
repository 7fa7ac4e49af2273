"""How pairing's aggregates and its knowledge of staff are stored, and by which keys they are found."""

from collections.abc import Mapping
from datetime import datetime

from matka_kit.shape import Shape
from matka_kit.store import Collection, Scalar
from matka_pairing.domain.application import Application
from matka_pairing.domain.case import Case, RhythmCaseOpen
from matka_pairing.domain.pair import MenteeAlreadyPaired, Pair, SeatTaken
from matka_pairing.domain.program import Program
from matka_pairing.domain.proposal import Draft
from matka_pairing.domain.readiness import Readiness

PROGRAMS = Collection("programs", {"status": str}, indexes=(("status",),))
APPLICATIONS = Collection(
    "applications",
    {"program_id": str, "person_id": str, "role": str, "status": str},
    indexes=(("program_id",), ("program_id", "status"), ("program_id", "role", "status"), ("person_id",)),
    unique=(("program_id", "person_id"),),  # nobody is mentor and mentee of one program
)
READINESS = Collection("readiness", {"program_id": str, "person_id": str}, indexes=(("program_id",),))
DRAFTS = Collection("drafts", {"program_id": str, "made_at": datetime}, indexes=(("program_id", "made_at"),))
PAIRS = Collection(
    "pairs",
    {
        "program_id": str,
        "mentor_id": str,
        "mentee_id": str,
        "status": str,
        "end_reason": str,
        "mentee_slot": str,
        "mentor_slot": str,
    },
    indexes=(
        ("program_id",),
        ("program_id", "status"),
        ("program_id", "mentor_id"),
        ("program_id", "mentee_id"),
        ("mentor_id",),
        ("mentee_id",),
    ),
    unique=(("program_id", "mentee_slot"), ("program_id", "mentor_slot")),
)
CHUNKS = Collection("chunks", {"owner": str, "number": int}, indexes=(("owner", "number"),))
CASES = Collection(
    "cases",
    {
        "program_id": str,
        "status": str,
        "due_at": datetime,
        "opened_by": str,
        "opened_at": datetime,
        "rhythm_slot": str,
    },
    indexes=(("program_id", "status", "due_at"), ("opened_by", "opened_at")),
    unique=(("program_id", "rhythm_slot"),),  # staff look at a pair's silence once at a time
)
STAFF = Collection(
    "staff",
    {"program_id": str, "active": bool},
    indexes=(("program_id", "active"),),
)
ERASED = Collection("erased")
COLLECTIONS = (PROGRAMS, APPLICATIONS, READINESS, DRAFTS, PAIRS, CHUNKS, CASES, STAFF, ERASED)


def _slots(pair: Pair) -> Mapping[str, Scalar]:
    """A pair that is over frees both seats: its slots then name the pair itself, which nobody else takes."""
    if not pair.is_active:
        return {"mentee_slot": f"ended:{pair.id}", "mentor_slot": f"ended:{pair.id}"}
    return {"mentee_slot": pair.mentee_id, "mentor_slot": f"{pair.mentor_id}:{pair.seat}"}


def _rhythm_slot(case: Case) -> Mapping[str, Scalar]:
    """An open case about a pair's rhythm holds the pair's slot; every other case its own."""
    is_about_rhythm = case.kind == "rhythm" and case.status == "open"
    return {"rhythm_slot": f"rhythm:{case.pair_id}" if is_about_rhythm else f"case:{case.id}"}


PROGRAM_SHAPE = Shape(PROGRAMS, Program)
APPLICATION_SHAPE = Shape(APPLICATIONS, Application)
READINESS_SHAPE = Shape(READINESS, Readiness)
DRAFT_SHAPE = Shape(DRAFTS, Draft)
PAIR_SHAPE = Shape(
    PAIRS,
    Pair,
    indexed=_slots,
    broken={("program_id", "mentee_slot"): MenteeAlreadyPaired, ("program_id", "mentor_slot"): SeatTaken},
)
CASE_SHAPE = Shape(CASES, Case, indexed=_rhythm_slot, broken={("program_id", "rhythm_slot"): RhythmCaseOpen})
