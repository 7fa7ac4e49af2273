"""Pairing: programs, applications, readiness, matching and pairs."""

from matka_contracts.event import Event
from matka_contracts.learning import CourseCompleted
from matka_contracts.pairing import ProgramClosed
from matka_contracts.scheduling import AttendanceRecorded
from matka_kit.app import serve
from matka_kit.declaration import Handler, Service
from matka_pairing.api import ROUTERS
from matka_pairing.deps import Pairing
from matka_pairing.handlers.imports import IMPORT, import_step
from matka_pairing.handlers.matching import PUBLISH, publish_step
from matka_pairing.handlers.programs import END_PAIRS, end_pairs_step, on_program_closed
from matka_pairing.handlers.readiness import on_attendance_recorded, on_course_completed
from matka_pairing.store import COLLECTIONS

SUBSCRIPTIONS: dict[type[Event], Handler[Pairing]] = {
    AttendanceRecorded: on_attendance_recorded,
    CourseCompleted: on_course_completed,
    ProgramClosed: on_program_closed,
}
SERVICE = Service(
    name="pairing",
    collections=COLLECTIONS,
    build=Pairing.build,
    routers=ROUTERS,
    subscriptions=SUBSCRIPTIONS,
    jobs=lambda deps: {
        IMPORT: lambda job, cause: import_step(deps, job, cause),
        PUBLISH: lambda job, cause: publish_step(deps, job, cause),
        END_PAIRS: lambda job, cause: end_pairs_step(deps, job, cause),
    },
)

if __name__ == "__main__":
    serve(SERVICE)
