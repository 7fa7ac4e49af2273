"""The service `learning` with Maija and Amal, who are a pair of the program `spring`."""

from typing import Any

import httpx2

from matka_contracts.event import Event
from matka_contracts.pairing import ApplicantAdmitted, PairEnded, PairFormed
from matka_contracts.terms import Pace, Role
from matka_kit.testing import World
from tests.support.mothers_learning import MARCH
from tests.support.told import told


class StudyRoom:
    """The service, those who use it and those who may not."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.maija = self.person("maija", "mentor")
        self.amal = self.person("amal", "mentee")
        self.staff = self.person("staff", "coordinator")
        self.reader = self.person("reader", "reader")
        self.stranger = self.person("stranger", "coordinator", "autumn")

    def person(self, person_id: str, role: str, program_id: str = "spring") -> httpx2.AsyncClient:
        return self.world.as_person("learning", person_id, (role, program_id))

    async def hears(self, event: Event, subject: str, sequence: int = 1) -> None:
        """Pairing tells something, and all that follows from it happens."""
        await self.world.bus.publish([told(event, subject, sequence)])
        await self.world.drain()

    async def opens(self) -> None:
        """Both are admitted and become a pair."""
        await self.admits("maija", Role.MENTOR)
        await self.admits("amal", Role.MENTEE)
        formed = PairFormed(**self.the_pair(), formed_at=MARCH, common_language="fi")
        await self.hears(formed, "pair", 3)

    async def admits(self, person_id: str, role: Role) -> None:
        event = ApplicantAdmitted(
            application_id=f"application-{person_id}", program_id="spring", person_id=person_id, role=role
        )
        await self.hears(event, event.application_id)

    async def ends_pair(self) -> None:
        await self.hears(PairEnded(**self.the_pair(), reason="moved-away", ended_at=MARCH), "pair", 4)

    def the_pair(self) -> dict[str, Any]:
        """The row that events of the pair carry."""
        return {
            "pair_id": "pair",
            "program_id": "spring",
            "mentor_id": "maija",
            "mentee_id": "amal",
            "pace": Pace(),
        }

    def heard(self, kind: type[Event]) -> list[Any]:
        """What learning has published of one kind."""
        return self.world.published(kind)
