"""What the handlers of `people` are given."""

from dataclasses import dataclass

from matka_kit.clock import Clock
from matka_kit.links import Links
from matka_kit.repository import Repository
from matka_kit.runtime import Runtime
from matka_kit.store import Query, Store
from matka_people.domain.person import Person
from matka_people.domain.sign_in import SignIn
from matka_people.domain.values import same_mailbox
from matka_people.store import PERSON_SHAPE, SIGN_IN_SHAPE


@dataclass(frozen=True)
class People:
    """The service's aggregates, its database and clock, and its links."""

    persons: Repository[Person]
    sign_ins: Repository[SignIn]
    store: Store
    clock: Clock
    links: Links

    async def at(self, email: str) -> Person | None:
        """The person whose mailbox this is; erased ones have none."""
        page = await self.persons.find(Query({"email_slot": same_mailbox(email)}, limit=1))
        return page.items[0] if page.items else None


def build(runtime: Runtime) -> People:
    """Put the parts together."""
    return People(
        persons=runtime.repository(PERSON_SHAPE),
        sign_ins=runtime.repository(SIGN_IN_SHAPE),
        store=runtime.store,
        clock=runtime.clock,
        links=runtime.links,
    )
