"""Scheduling: meetings, gatherings and attendance; what it listens to and what it is made of."""

from matka_contracts.event import Event
from matka_contracts.pairing import (
    AgreementSigned,
    ApplicantAdmitted,
    MentorReady,
    PairEnded,
    PairFormed,
    ProgramClosed,
    ProgramOpened,
    ProgramStarted,
)
from matka_contracts.scheduling import (
    AttendanceRecorded,
    GatheringScheduled,
    MeetingCancelled,
    MeetingHeld,
    MeetingMissed,
    MeetingMoved,
    MeetingPlanned,
    ParticipationSealed,
)
from matka_kit.app import serve
from matka_kit.declaration import Handler, Service
from matka_scheduling.api import gatherings, log_links, meetings, programs
from matka_scheduling.deps import Scheduling
from matka_scheduling.handlers import inviting, participation, rhythm
from matka_scheduling.handlers import programs as told
from matka_scheduling.store import COLLECTIONS

SUBSCRIPTIONS: dict[type[Event], Handler[Scheduling]] = {
    ProgramOpened: told.on_program_changed,
    ProgramStarted: told.on_program_changed,
    ProgramClosed: told.on_program_changed,
    ApplicantAdmitted: told.on_applicant_admitted,
    MentorReady: participation.on_mentor_ready,
    PairFormed: told.on_pair_formed,
    AgreementSigned: told.on_agreement_signed,
    PairEnded: told.on_pair_ended,
    GatheringScheduled: inviting.on_gathering_scheduled,
    AttendanceRecorded: participation.on_attendance_recorded,
    MeetingPlanned: rhythm.on_meeting_changed,
    MeetingMoved: rhythm.on_meeting_changed,
    MeetingCancelled: rhythm.on_meeting_changed,
    MeetingMissed: rhythm.on_meeting_changed,
    MeetingHeld: participation.on_meeting_held,
    ParticipationSealed: inviting.on_participation_sealed,
}

SERVICE = Service(
    name="scheduling",
    collections=COLLECTIONS,
    build=Scheduling.build,
    routers=(gatherings.router, meetings.router, log_links.router, programs.router),
    subscriptions=SUBSCRIPTIONS,
    timed=lambda deps: (deps.meetings, deps.rhythms),
    jobs=lambda deps: {
        inviting.INVITE: lambda job, cause: inviting.invite_step(deps, job, cause),
        participation.SEAL: lambda job, cause: participation.seal_step(deps, job, cause),
    },
)

if __name__ == "__main__":
    serve(SERVICE)
