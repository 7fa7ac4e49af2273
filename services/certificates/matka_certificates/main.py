"""`certificates`: certificates of participation, made from sealed facts, and their public register."""

from functools import partial

from matka_certificates.api import router
from matka_certificates.handlers.events import (
    on_participation_sealed,
    on_person_changed,
    on_person_erased,
    on_program_closed,
    on_program_opened,
    on_program_started,
)
from matka_certificates.handlers.parts import Certificates, build, close
from matka_certificates.handlers.releasing import RELEASE, release_some
from matka_certificates.settings import CertificatesSettings
from matka_certificates.store import COLLECTIONS
from matka_contracts.event import Event
from matka_contracts.pairing import ProgramClosed, ProgramOpened, ProgramStarted
from matka_contracts.people import PersonChanged, PersonErased
from matka_contracts.scheduling import ParticipationSealed
from matka_kit.app import serve
from matka_kit.declaration import Handler, Service

SUBSCRIPTIONS: dict[type[Event], Handler[Certificates]] = {
    ProgramOpened: on_program_opened,
    ProgramStarted: on_program_started,
    ProgramClosed: on_program_closed,
    ParticipationSealed: on_participation_sealed,
    PersonChanged: on_person_changed,
    PersonErased: on_person_erased,
}

SERVICE = Service(
    name="certificates",
    collections=COLLECTIONS,
    build=build,
    routers=(router,),
    subscriptions=SUBSCRIPTIONS,
    jobs=lambda deps: {RELEASE: partial(release_some, deps)},
    close=close,
    settings=CertificatesSettings,
)

if __name__ == "__main__":
    serve(SERVICE)
