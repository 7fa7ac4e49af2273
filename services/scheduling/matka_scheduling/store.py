"""How scheduling's aggregates are stored, and what is kept of other services' facts."""

from collections.abc import Mapping
from datetime import datetime

from matka_kit.cause import derived_id
from matka_kit.shape import Shape
from matka_kit.store import Collection, Scalar
from matka_scheduling.domain.gathering import Gathering
from matka_scheduling.domain.meeting import Meeting
from matka_scheduling.domain.participation import Participation, Sealing
from matka_scheduling.domain.place import Place, SeatTaken
from matka_scheduling.domain.plan import PairAlreadyMeetsThen
from matka_scheduling.domain.rhythm import Rhythm

# A seat's slot sorts by its number; whoever has no seat holds a slot of their own.
SEATS_FROM = "seat:"

PROGRAMS = Collection("programs")
MEMBERS = Collection(
    "members",
    {"program_id": str, "role": str, "self_study": bool},
    indexes=(("program_id", "role", "self_study"),),
)
PAIRS = Collection(
    "pairs", {"program_id": str, "status": str}, indexes=(("program_id", "status"), ("program_id",))
)
RHYTHMS = Collection("rhythms", {"program_id": str, "taken": str}, indexes=(("program_id", "taken"),))
GATHERINGS = Collection(
    "gatherings",
    {"program_id": str, "kind": str, "at_local": str},
    indexes=(("program_id", "at_local"), ("program_id", "kind")),
)
PLACES = Collection(
    "places",
    {
        "program_id": str,
        "gathering_id": str,
        "seat_slot": str,
        "invited": bool,
        "signed_up": bool,
        "attendance": str,
    },
    indexes=(
        ("program_id", "gathering_id"),
        ("program_id", "gathering_id", "invited"),
        ("program_id", "gathering_id", "signed_up"),
        ("program_id", "gathering_id", "attendance"),
    ),
    unique=(("program_id", "gathering_id", "seat_slot"),),
)
MEETINGS = Collection(
    "meetings",
    {
        "program_id": str,
        "pair_id": str,
        "mentor_id": str,
        "mentee_id": str,
        "status": str,
        "starts_at": datetime,
        "time_slot": str,
    },
    indexes=(
        ("pair_id", "status", "starts_at"),
        ("pair_id", "starts_at"),
        ("mentor_id", "status", "starts_at"),
        ("mentee_id", "status", "starts_at"),
    ),
    unique=(("program_id", "pair_id", "time_slot"),),
)
PARTICIPATIONS = Collection(
    "participations",
    {"program_id": str, "is_sealed": bool},
    indexes=(("program_id",), ("program_id", "is_sealed")),
)
SEALINGS = Collection("sealings")
COLLECTIONS = (
    PROGRAMS,
    MEMBERS,
    PAIRS,
    RHYTHMS,
    GATHERINGS,
    PLACES,
    MEETINGS,
    PARTICIPATIONS,
    SEALINGS,
)


def member_id(program_id: str, person_id: str, role: str) -> str:
    """The row of a person who was admitted to a program in a role."""
    return derived_id("member", program_id, person_id, role)


def _gathering_fields(gathering: Gathering) -> Mapping[str, Scalar]:
    return {"at_local": gathering.at.naive().isoformat()}


def seat_slot(seat: int) -> str:
    """The slot of a seat; slots sort as their seats do."""
    return f"{SEATS_FROM}{seat:06}"


def _place_fields(place: Place) -> Mapping[str, Scalar]:
    slot = seat_slot(place.seat) if place.seat else f"person:{place.person_id}"
    return {"seat_slot": slot, "signed_up": place.seat > 0, "attendance": place.attendance}


def _meeting_fields(meeting: Meeting) -> Mapping[str, Scalar]:
    """A meeting that is settled frees its time: its slot then names the meeting itself."""
    starts_at = meeting.plan.starts_at
    slot = f"planned:{starts_at.isoformat()}" if meeting.status == "planned" else f"settled:{meeting.id}"
    return {"starts_at": starts_at, "time_slot": slot}


GATHERING_SHAPE = Shape(GATHERINGS, Gathering, indexed=_gathering_fields)
PLACE_SHAPE = Shape(
    PLACES,
    Place,
    indexed=_place_fields,
    broken={("program_id", "gathering_id", "seat_slot"): SeatTaken},
)
MEETING_SHAPE = Shape(
    MEETINGS,
    Meeting,
    indexed=_meeting_fields,
    broken={("program_id", "pair_id", "time_slot"): PairAlreadyMeetsThen},
)
RHYTHM_SHAPE = Shape(RHYTHMS, Rhythm)
PARTICIPATION_SHAPE = Shape(PARTICIPATIONS, Participation, indexed=lambda each: {"is_sealed": each.seal > 0})
SEALING_SHAPE = Shape(SEALINGS, Sealing)
