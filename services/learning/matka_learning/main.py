"""Learning: the library and what people do between meetings; what it listens to and what it is made of."""

from matka_contracts.event import Event
from matka_contracts.pairing import ApplicantAdmitted, PairEnded, PairFormed
from matka_kit.app import serve
from matka_kit.declaration import Handler, Service
from matka_learning.api import library, pairs, people, programs
from matka_learning.deps import Learning
from matka_learning.handlers import told
from matka_learning.store import COLLECTIONS

SUBSCRIPTIONS: dict[type[Event], Handler[Learning]] = {
    ApplicantAdmitted: told.on_applicant_admitted,
    PairFormed: told.on_pair_formed,
    PairEnded: told.on_pair_ended,
}

SERVICE = Service(
    name="learning",
    collections=COLLECTIONS,
    build=Learning.build,
    routers=(library.router, people.router, pairs.router, programs.router),
    subscriptions=SUBSCRIPTIONS,
)

if __name__ == "__main__":
    serve(SERVICE)
