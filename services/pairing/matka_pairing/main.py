"""Pairing: programs, applications, readiness, matching, pairs and support cases."""

from matka_contracts.event import Event
from matka_contracts.learning import CourseCompleted
from matka_contracts.pairing import CaseResolved, ProgramClosed
from matka_contracts.people import PersonErased, RoleGranted, RoleRevoked
from matka_contracts.scheduling import AttendanceRecorded, RhythmSlipped
from matka_kit.app import serve
from matka_kit.declaration import Handler, Service
from matka_pairing.api import ROUTERS
from matka_pairing.deps import Pairing
from matka_pairing.handlers.cases import on_case_resolved, on_rhythm_slipped
from matka_pairing.handlers.erasing import on_person_erased
from matka_pairing.handlers.imports import IMPORT, import_step
from matka_pairing.handlers.programs import END_PAIRS, end_pairs_step, on_program_closed
from matka_pairing.handlers.publishing import PUBLISH, publish_step
from matka_pairing.handlers.readiness import on_attendance_recorded, on_course_completed
from matka_pairing.handlers.staffing import on_role_granted, on_role_revoked
from matka_pairing.store import COLLECTIONS

SUBSCRIPTIONS: dict[type[Event], Handler[Pairing]] = {
    AttendanceRecorded: on_attendance_recorded,
    CourseCompleted: on_course_completed,
    ProgramClosed: on_program_closed,
    CaseResolved: on_case_resolved,
    RhythmSlipped: on_rhythm_slipped,
    RoleGranted: on_role_granted,
    RoleRevoked: on_role_revoked,
    PersonErased: on_person_erased,
}
SERVICE = Service(
    name="pairing",
    collections=COLLECTIONS,
    build=Pairing.build,
    routers=ROUTERS,
    subscriptions=SUBSCRIPTIONS,
    timed=lambda deps: (deps.cases,),
    jobs=lambda deps: {
        IMPORT: lambda job, cause: import_step(deps, job, cause),
        PUBLISH: lambda job, cause: publish_step(deps, job, cause),
        END_PAIRS: lambda job, cause: end_pairs_step(deps, job, cause),
    },
)

if __name__ == "__main__":
    serve(SERVICE)
