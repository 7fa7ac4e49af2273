"""What scheduling's handlers and routes are given."""

from dataclasses import dataclass

from matka_kit.cause import Cause
from matka_kit.clock import Clock
from matka_kit.jobs import Job, JobRunner
from matka_kit.links import Links
from matka_kit.repository import Repository
from matka_kit.rows import Rows
from matka_kit.runtime import Runtime
from matka_kit.shape import AlreadyExists
from matka_scheduling.domain.gathering import Gathering
from matka_scheduling.domain.known import KnownMember, KnownPair, KnownProgram
from matka_scheduling.domain.meeting import Meeting
from matka_scheduling.domain.participation import Participation, Sealing
from matka_scheduling.domain.place import Place
from matka_scheduling.domain.rhythm import Rhythm
from matka_scheduling.store import (
    GATHERING_SHAPE,
    MEETING_SHAPE,
    MEMBERS,
    PAIRS,
    PARTICIPATION_SHAPE,
    PLACE_SHAPE,
    PROGRAMS,
    RHYTHM_SHAPE,
    SEALING_SHAPE,
)


@dataclass(frozen=True)
class Scheduling:
    """The service's repositories, what it knows of others, its clock, and links that need no sign-in."""

    clock: Clock
    links: Links
    jobs: JobRunner
    programs: Rows[KnownProgram]
    members: Rows[KnownMember]
    pairs: Rows[KnownPair]
    gatherings: Repository[Gathering]
    places: Repository[Place]
    meetings: Repository[Meeting]
    rhythms: Repository[Rhythm]
    participations: Repository[Participation]
    sealings: Repository[Sealing]

    async def start_once(self, job: Job, cause: Cause) -> Job:
        """Start a job whose id repeats with what asks for it; asked again, it is the first one."""
        try:
            return await self.jobs.start(job, cause)
        except AlreadyExists:
            return await self.jobs.get(job.id)

    @classmethod
    def build(cls, runtime: Runtime) -> "Scheduling":
        """Put the service together."""
        return cls(
            clock=runtime.clock,
            links=runtime.links,
            jobs=runtime.jobs,
            programs=runtime.rows(PROGRAMS, KnownProgram),
            members=runtime.rows(MEMBERS, KnownMember),
            pairs=runtime.rows(PAIRS, KnownPair),
            gatherings=runtime.repository(GATHERING_SHAPE),
            places=runtime.repository(PLACE_SHAPE),
            meetings=runtime.repository(MEETING_SHAPE),
            rhythms=runtime.repository(RHYTHM_SHAPE),
            participations=runtime.repository(PARTICIPATION_SHAPE),
            sealings=runtime.repository(SEALING_SHAPE),
        )
