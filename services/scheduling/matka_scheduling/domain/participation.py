"""What a person took part in, fact by fact, and the seals that certificates are made from."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from matka_contracts.event import Event
from matka_contracts.scheduling import GatheringFact, ParticipationSealed
from matka_contracts.terms import PROGRAM_CLOSED, Door, GatheringKind, Role
from matka_kit.aggregate import Aggregate
from matka_kit.cause import derived_id
from matka_scheduling.domain.known import KnownProgram

Outcome = Literal["completed", "ended-early", "without-pair"]
PairEndState = Literal["completed", "ended-early"]


def participation_id(program_id: str, person_id: str) -> str:
    """The one participation of a person in a program."""
    return derived_id("participation", program_id, person_id)


def sealing_id(program_id: str) -> str:
    """The one mark that says that a program's participation is sealed."""
    return derived_id("sealing", program_id)


class Attendance(BaseModel):
    """One gathering as its place last told; `sequence` is the place's own count."""

    model_config = ConfigDict(frozen=True)

    sequence: int
    attended: bool
    gathering: GatheringFact


class PairState(BaseModel):
    """How a pair of this person fares; `sequence` is the pair's own count."""

    model_config = ConfigDict(frozen=True)

    sequence: int
    state: Literal["active"] | PairEndState


def state_at_the_end(program: KnownProgram, reason: str, ended_at: datetime) -> PairEndState:
    """Whether a pair that ended went to the end: it ended with its program, or not before the last day."""
    last_day = ended_at.astimezone(ZoneInfo(program.timezone)).date() >= program.ends_on
    return "completed" if last_day or reason == PROGRAM_CLOSED else "ended-early"


class Participation(Aggregate):
    """All recorded facts of one person in one program, keyed by gathering, meeting and pair.

    `meetings` maps a held meeting to its own count of events, `door` is how a mentor became ready, as the
    `door_told`-th event of their readiness said. `seal` counts the seals, `digest` is of what the last of
    them said. Facts may come late, twice and in any order.
    """

    program_id: str
    person_id: str
    role: Role
    attendances: dict[str, Attendance] = Field(default_factory=dict)
    meetings: dict[str, int] = Field(default_factory=dict)
    pairs: dict[str, PairState] = Field(default_factory=dict)
    door: Door | None = None
    door_told: int = 0
    seal: int = 0
    digest: str = ""

    @property
    def gatherings(self) -> tuple[GatheringFact, ...]:
        """What the person attended, in order of time."""
        attended = [each.gathering for each in self.attendances.values() if each.attended]
        return tuple(sorted(attended, key=lambda fact: (fact.held_at, fact.gathering_id)))

    @property
    def took_part(self) -> bool:
        """Whether there is at least one recorded participation."""
        return bool(self.gatherings or self.meetings)

    @property
    def outcome(self) -> Outcome:
        """Whether a pair of this person went, or is on its way, to the end."""
        states = {pair.state for pair in self.pairs.values()}
        if not states:
            return "without-pair"
        return "ended-early" if states == {"ended-early"} else "completed"

    def note_attendance(self, fact: Attendance) -> None:
        """Take in what a place tells, unless it told something later."""
        known = self.attendances.get(fact.gathering.gathering_id)
        if known is None or known.sequence < fact.sequence:
            self.attendances[fact.gathering.gathering_id] = fact

    def note_meeting(self, meeting_id: str, sequence: int) -> None:
        """Take in that a meeting was held."""
        self.meetings[meeting_id] = max(sequence, self.meetings.get(meeting_id, 0))

    def note_pair(self, pair_id: str, fact: PairState) -> None:
        """Take in how a pair fares, unless it told something later."""
        known = self.pairs.get(pair_id)
        if known is None or known.sequence < fact.sequence:
            self.pairs[pair_id] = fact

    def note_door(self, door: Door, sequence: int) -> None:
        """Take in how a mentor became ready, unless something later was told."""
        if sequence > self.door_told:
            self.door, self.door_told = door, sequence

    def put_seal(self, handed_out_at: datetime | None, now: datetime) -> Sequence[Event]:
        """Seal all facts if there is a participation; the same facts again change nothing.

        `handed_out_at` is when the closing event begins, if one is planned. Having come there is left out:
        certificates are handed out there, so coming changes nothing in them. When a correction takes away the
        last participation of somebody sealed before, the new seal says so.
        """
        fresh = ParticipationSealed(
            program_id=self.program_id,
            person_id=self.person_id,
            role=self.role,
            seal=self.seal + 1,
            meetings_held=len(self.meetings),
            gatherings=tuple(fact for fact in self.gatherings if fact.kind is not GatheringKind.CLOSING),
            outcome=self.outcome,
            sealed_at=now,
            door=self._open_door,
            handed_out_at=handed_out_at if self.took_part else None,
        )
        said = fresh.model_dump_json(exclude={"seal", "sealed_at"})
        digest = hashlib.sha256(said.encode()).hexdigest()
        if digest == self.digest or not (self.took_part or self.seal):
            return ()
        self.seal, self.digest = fresh.seal, digest
        return (fresh,)

    @property
    def _open_door(self) -> Door | None:
        """The door that is still on record: a correction may have taken the training away."""
        trained = any(fact.kind is GatheringKind.MENTOR_TRAINING for fact in self.gatherings)
        return None if self.door is Door.TRAINING and not trained else self.door


class Sealing(Aggregate):
    """The mark of a program whose participation is sealed: from now on every changed fact seals anew."""

    program_id: str
    sealed_at: AwareDatetime
    sealed_by: str
