"""The program `spring` as scheduling lives through it: what pairing tells, and who asks what."""

from datetime import UTC, datetime
from typing import Any

import httpx2

from matka_contracts.event import Event
from matka_contracts.terms import Role
from matka_kit.testing import World
from tests.support.asking import asked
from tests.support.mothers_scheduling import TITLE, admitted, pair_formed, program_opened
from tests.support.told import told

A_MEETING: dict[str, Any] = {"at": "2027-02-10T17:30", "minutes": 60, "form": "in-person", "place": "Kahvila"}


class Spring:
    """A running service `scheduling` with the people of one program."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.coordinator = world.as_person("scheduling", "staff", ("coordinator", "spring"))
        self.helper = world.as_person("scheduling", "helper", ("helper", "spring"))
        self.reader = world.as_person("scheduling", "reader", ("reader", "spring"))
        self.stranger = world.as_person("scheduling", "stranger", ("coordinator", "autumn"))
        self.maija = self.mentor("maija")
        self.amal = self.mentee("amal")

    def mentor(self, person_id: str) -> httpx2.AsyncClient:
        return self.world.as_person("scheduling", person_id, ("mentor", "spring"))

    def mentee(self, person_id: str) -> httpx2.AsyncClient:
        return self.world.as_person("scheduling", person_id, ("mentee", "spring"))

    async def hears(self, event: Event, subject: str, sequence: int = 1) -> None:
        """Another service tells something, and all that follows from it happens."""
        await self.world.bus.publish([told(event, subject, sequence)])
        await self.world.drain()

    async def opens(self) -> None:
        await self.hears(program_opened(), "spring")

    async def admits(self, person_id: str, role: Role, *, self_study: bool = False) -> None:
        event = admitted(person_id, role, self_study=self_study)
        await self.hears(event, event.application_id)

    async def forms_pair(self, mentor_id: str = "maija", mentee_id: str = "amal") -> str:
        """Both are admitted and become a pair now; the pair's id."""
        await self.admits(mentor_id, Role.MENTOR)
        await self.admits(mentee_id, Role.MENTEE)
        event = pair_formed(mentor_id, mentee_id, self.world.clock.now())
        await self.hears(event, event.pair_id, 3)
        return event.pair_id

    async def schedules(self, kind: str, at: str = "2027-01-25T17:00", **otherwise: Any) -> str:
        """Staff plan a gathering; its id."""
        body = {"kind": kind, "title": TITLE, "at": at, "hours": 2.5, "place": "Kirjasto", "seats": 3}
        answer = await self.coordinator.post("/programs/spring/gatherings", json=body | otherwise)
        assert answer.status_code == 201, answer.text
        await self.world.drain()
        return str(answer.json()["id"])

    async def plans(self, **otherwise: Any) -> str:
        """Maija plans a meeting with Amal on 10 February at half past five; its id."""
        path = "/pairs/maija-amal/meetings"
        return str((await asked(self.maija, "POST", path, A_MEETING | otherwise))["id"])

    async def comes_to(self, year: int, month: int, day: int, hour: int, minute: int = 0) -> None:
        """The clock goes on to a moment in UTC, and everything due until then happens."""
        self.world.clock.step(datetime(year, month, day, hour, minute, tzinfo=UTC))
        await self.world.drain()

    def heard(self, kind: type[Event]) -> list[Any]:
        """What scheduling has published of one kind."""
        return self.world.published(kind)
