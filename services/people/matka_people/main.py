"""`people`: persons, their addresses and roles, and how they sign in."""

from functools import partial

from matka_contracts.event import Event
from matka_contracts.pairing import ApplicantAdmitted
from matka_kit.app import serve
from matka_kit.declaration import Handler, Service
from matka_people.api import persons, sign_ins, stop_links
from matka_people.handlers.parts import People, build
from matka_people.handlers.roles import on_applicant_admitted
from matka_people.handlers.sign_ins import keep_forgetting
from matka_people.store import COLLECTIONS

SUBSCRIPTIONS: dict[type[Event], Handler[People]] = {
    ApplicantAdmitted: on_applicant_admitted,
}

SERVICE = Service(
    name="people",
    collections=COLLECTIONS,
    build=build,
    routers=(persons.router, sign_ins.router, stop_links.router),
    subscriptions=SUBSCRIPTIONS,
    background=lambda deps: [partial(keep_forgetting, deps)],
)

if __name__ == "__main__":
    serve(SERVICE)
