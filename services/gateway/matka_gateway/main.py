"""The gateway: the one door for browsers and API clients."""

from matka_contracts.event import Event
from matka_contracts.people import PersonChanged, PersonErased, RoleGranted, RoleRevoked
from matka_gateway import api, pages
from matka_gateway.allowances import TALLIES
from matka_gateway.gateway import Gateway
from matka_gateway.handlers import on_person_changed, on_person_erased, on_role_granted, on_role_revoked
from matka_gateway.operators import operators_only
from matka_gateway.sessions import SESSIONS
from matka_gateway.settings import GatewaySettings
from matka_kit.app import serve
from matka_kit.declaration import Handler, Service

SUBSCRIPTIONS: dict[type[Event], Handler[Gateway]] = {
    RoleGranted: on_role_granted,
    RoleRevoked: on_role_revoked,
    PersonChanged: on_person_changed,
    PersonErased: on_person_erased,
}

# All routes are public to the kit: people come with a session, not with a service's token.
SERVICE = Service(
    name="gateway",
    collections=(SESSIONS, TALLIES),
    build=Gateway.build,
    public_routers=(api.router, pages.router),
    subscriptions=SUBSCRIPTIONS,
    background=lambda deps: [deps.keep_tidy],
    settings=GatewaySettings,
    operators=operators_only,
)

if __name__ == "__main__":
    serve(SERVICE)
