"""A pair's rhythm: when it met and means to meet, and what is done, step by step, while it stays quiet."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from matka_contracts.event import Event
from matka_contracts.scheduling import RhythmSlipped
from matka_contracts.terms import Pace
from matka_kit.aggregate import Aggregate, Timer
from matka_scheduling.domain.local_time import LocalTime

Step = Literal["", "pair", "each", "staff"]
Signal = Literal["green", "amber", "red"]

_NEXT: Mapping[Step, Literal["pair", "each", "staff"]] = {"": "pair", "pair": "each", "each": "staff"}
STEPS = tuple(_NEXT.values())
_SIGNALS: Mapping[Step, Signal] = {"": "green", "pair": "amber", "each": "amber", "staff": "red"}
_ASK_AT = time(10)
_ONE_AND_A_HALF_MONTHS = timedelta(days=45)
_DAYS_BETWEEN_STEPS = 7


class MeetingInRhythm(BaseModel):
    """As much of one meeting as a rhythm needs; `sequence` is the meeting's own count of events."""

    model_config = ConfigDict(frozen=True)

    sequence: int
    status: Literal["planned", "cancelled", "held", "missed"]
    starts_at: AwareDatetime


class PairInRhythm(BaseModel):
    """What pairing tells of a pair; `since` is when it formed or agreed, `zone` its program's."""

    model_config = ConfigDict(frozen=True)

    sequence: int
    pace: Pace
    zone: str
    since: AwareDatetime | None = None
    ended: bool = False


class Rhythm(Aggregate):
    """One pair's meetings beside its own agreement; its id is the pair's.

    A pair is late when one and a half of its own gaps (30 days / least meetings a month) have passed since it
    last met or means to meet. A planned meeting counts as one until it is said to be cancelled or missed:
    that nobody has logged it yet is no silence. `began_at` is the latest of formed, agreed and program's
    start, `told` the pair's own count of events; `resting` ends all steps when the participation is sealed.
    Of the steps only the last is kept (`taken`, at `taken_at`): whether it was about the present silence
    follows from the meetings. What becomes due by a change waits for the morning after it (`not_before`).
    """

    program_id: str
    mentor_id: str
    mentee_id: str
    meetings: dict[str, MeetingInRhythm] = Field(default_factory=dict)
    told: int = 0
    pace: Pace = Pace()
    zone: str = ""
    began_at: AwareDatetime | None = None
    ended: bool = False
    resting: bool = False
    taken: Step = ""
    taken_at: AwareDatetime | None = None
    not_before: AwareDatetime | None = None

    def note_meeting(self, meeting_id: str, fact: MeetingInRhythm, now: datetime) -> Sequence[Event]:
        """Take in what a meeting tells, unless it told something later."""
        known = self.meetings.get(meeting_id)
        if known is None or known.sequence < fact.sequence:
            self.meetings[meeting_id] = fact
            self.not_before = now
        return ()

    def note_pair(self, fact: PairInRhythm, now: datetime) -> Sequence[Event]:
        """Take in what pairing tells; an end is final, and the pace is that of the latest event."""
        self.ended = self.ended or fact.ended
        if fact.since is not None:
            self.began_at = max(fact.since, self.began_at or fact.since)
        if fact.sequence > self.told:
            self.told, self.pace, self.zone = fact.sequence, fact.pace, fact.zone
            self.not_before = now
        return ()

    def rest(self) -> Sequence[Event]:
        """Take no more steps: the participation is sealed."""
        self.resting = True
        return ()

    @property
    def held(self) -> list[datetime]:
        """When the pair met, in order of time."""
        return self._moments("held")

    @property
    def planned(self) -> list[datetime]:
        """When it means to meet, and when it meant to and nobody has logged it, in order of time."""
        return self._moments("planned")

    @property
    def quiet_since(self) -> datetime | None:
        """When the pair last met; where it has not, when it began."""
        return self.held[-1] if self.held else self.began_at

    @property
    def step(self) -> Step:
        """The last step about the present silence; none for a pair that nobody waits for."""
        late_from = self._late_from()
        if late_from is None or self.taken_at is None or self.taken_at < late_from:
            return ""
        return self.taken

    @property
    def signal(self) -> Signal:
        """Green while the pair keeps its rhythm, amber while it is being asked, red when staff are."""
        return _SIGNALS[self.step]

    def timers(self) -> Sequence[Timer]:
        """The next step, at ten in the morning local time; each held or planned meeting moves it."""
        late_from, following = self._late_from(), _NEXT.get(self.step)
        if late_from is None or following is None:
            return ()
        due = LocalTime.first(_ASK_AT, late_from, self.zone)
        if self.step and self.taken_at:
            taken = LocalTime.at_instant(self.taken_at, self.zone).days_later(_DAYS_BETWEEN_STEPS)
            due = taken.model_copy(update={"time": _ASK_AT})
        changed = LocalTime.first(_ASK_AT, self.not_before or late_from, self.zone)
        return (Timer("step", max(due.instant(), changed.instant()), following),)

    def fire(self, timer: Timer, now: datetime) -> Sequence[Event]:  # noqa: ARG002 - there is one kind of timer
        """Take the step that is due."""
        following = _NEXT[self.step]
        self.taken, self.taken_at = following, now
        return (RhythmSlipped(**self._row(), step=following),)

    def _late_from(self) -> datetime | None:
        """From when on the pair is late; None for one that ended, rests, or has not been told of in full."""
        if self.ended or self.resting or not self.told or self.quiet_since is None:
            return None
        latest = max([self.quiet_since, *self.planned[-1:]])
        return latest + _ONE_AND_A_HALF_MONTHS / self.pace.least

    def _row(self) -> dict[str, Any]:
        return {
            "pair_id": self.id,
            "program_id": self.program_id,
            "mentor_id": self.mentor_id,
            "mentee_id": self.mentee_id,
            "pace": self.pace,
            "quiet_since": self.quiet_since,
        }

    def _moments(self, status: str) -> list[datetime]:
        return sorted(each.starts_at for each in self.meetings.values() if each.status == status)
