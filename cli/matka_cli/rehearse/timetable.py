"""When the scenes of a program are played, from its input alone."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from matka_cli.rehearse.cohort import Cohort
from matka_contracts.terms import GatheringKind

_TWO_WEEKS = timedelta(days=14)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Timetable:
    """The instants of the staff's scenes. `last_meeting` is the last local day on which pairs meet."""

    opening: datetime
    decisions: datetime
    study: datetime
    contacts: datetime
    late_contact: datetime
    matching: datetime
    start: datetime
    agreements: datetime
    months: datetime
    last_meeting: date
    sealing: datetime
    late_correction: datetime
    closing: datetime

    @property
    def first_day(self) -> date:
        """The local day on which pairs begin to plan."""
        return self.months.date()

    def day(self, share: float) -> date:
        """A local day at this share of the months."""
        return self.first_day + timedelta(days=round((self.last_meeting - self.first_day).days * share))


def timetable(cohort: Cohort) -> Timetable:
    """All of it. Mentors who take the training are ready two days later, those who study after four weeks."""
    meeting = cohort.of_kind(GatheringKind.START)[0].at.date()
    closing = cohort.of_kind(GatheringKind.CLOSING)[0].at.date()
    matching = _matching(cohort, meeting)
    start = max(cohort.program.start, matching.date() + 2 * _DAY)
    return Timetable(
        opening=cohort.opening,
        decisions=cohort.opening + timedelta(days=7),
        study=cohort.opening + timedelta(days=21),
        contacts=cohort.opening + timedelta(days=28),
        late_contact=cohort.local(matching.date() - _DAY, 15),
        matching=matching,
        start=cohort.local(start, 8),
        agreements=cohort.local(max(meeting + _DAY, start), 18),
        months=cohort.local(max(meeting, cohort.program.start) + 2 * _DAY, 9),
        last_meeting=closing - _TWO_WEEKS - _DAY,
        sealing=cohort.local(closing - _TWO_WEEKS, 9),
        late_correction=cohort.local(closing - timedelta(days=10), 13),
        closing=cohort.local(max(closing + 2 * _DAY, cohort.program.end), 12),
    )


def _matching(cohort: Cohort, meeting: date) -> datetime:
    """Two days after all could be ready, or earlier to leave five days for answers, if all are ready."""
    studied = cohort.day_of(cohort.opening) + timedelta(days=30)
    trained = [each.at.date() for each in cohort.of_kind(GatheringKind.MENTOR_TRAINING)]
    before = [day for day in trained if day < meeting]
    if not before:
        return cohort.local(max(meeting - _TWO_WEEKS, studied), 10)
    recorded = before[-1] + _DAY
    day = max(min(recorded + _DAY, meeting - timedelta(days=5)), recorded, studied)
    return cohort.local(day, 10 if day > recorded else 12)
