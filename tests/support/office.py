"""The office of a program: pairing and people side by side, with staff, strangers and applicants."""

from typing import Any

import httpx2

from matka_contracts.event import Event
from matka_contracts.learning import CourseCompleted
from matka_contracts.pairing import PairProposed
from matka_contracts.scheduling import AttendanceRecorded
from matka_contracts.terms import GatheringKind
from matka_kit.testing import World
from matka_pairing.domain.pair import Pair
from tests.support.asking import asked
from tests.support.mothers_pairing import NOON
from tests.support.told import told

HEADER = "role,name,email,languages,training,capacity,field"
PROGRAM = {
    "model": "pair-mentoring",
    "title": {"fi": "Kevät", "en": "Spring"},
    "languages": ["fi", "en"],
    "starts_on": "2027-01-18",
    "ends_on": "2027-07-18",
}


class Office:
    """One open program; people are called by the first part of their address."""

    def __init__(self, world: World, program: str) -> None:
        self.world = world
        self.program = program
        self.root = world.as_person("pairing", "root", ("administrator", "*"))
        self.coordinator = world.as_person("pairing", "staff", ("coordinator", program))
        self.helper = world.as_person("pairing", "helper", ("helper", program))
        self.reader = world.as_person("pairing", "reader", ("reader", program))
        self.stranger = world.as_person("pairing", "stranger", ("coordinator", "autumn"))
        self.ids: dict[str, str] = {}

    @classmethod
    async def opened(cls, world: World, **otherwise: Any) -> "Office":
        """An administrator opens the program."""
        root = world.as_person("pairing", "root", ("administrator", "*"))
        return cls(world, str((await asked(root, "POST", "/programs", PROGRAM | otherwise))["id"]))

    @property
    def path(self) -> str:
        return f"/programs/{self.program}"

    def person(self, name: str, role: str = "mentee") -> httpx2.AsyncClient:
        """Somebody who takes part, signed in."""
        return self.world.as_person("pairing", self.ids[name], (role, self.program))

    async def tells(self, path: str, body: Any = None) -> Any:
        """The coordinator does something, and all that follows from it happens."""
        answer = await asked(self.coordinator, "POST", path, body)
        await self.world.drain()
        return answer

    async def imports(self, *rows: str, header: str = HEADER) -> dict[str, Any]:
        """These people apply; the job's progress."""
        csv = "\n".join([header, *rows])
        job = await self.tells(f"{self.path}/imports", {"csv": csv})
        await self._learn_ids()
        progress: dict[str, Any] = await asked(self.reader, "GET", f"/jobs/{job['id']}")
        return progress

    async def applications(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await asked(self.reader, "GET", f"{self.path}/applications"))[
            "applications"
        ]
        return found

    async def application_of(self, name: str) -> dict[str, Any]:
        return next(each for each in await self.applications() if each["person_id"] == self.ids[name])

    async def admits(self, *names: str) -> None:
        """They get their places."""
        by_person = {each["person_id"]: each["id"] for each in await self.applications()}
        for name in names:
            await asked(self.coordinator, "POST", f"/applications/{by_person[self.ids[name]]}/admit")
        await self.world.drain()

    async def hears(self, event: Event, subject: str, sequence: int = 1) -> None:
        """Another service tells something, twice, as may happen."""
        message = told(event, subject, sequence)
        await self.world.bus.publish([message, message])
        await self.world.drain()

    async def trains(self, name: str, sequence: int = 1, *, attended: bool = True) -> None:
        """It is recorded whether somebody came to the mentor training."""
        event = AttendanceRecorded(
            gathering_id="training",
            program_id=self.program,
            person_id=self.ids[name],
            kind=GatheringKind.MENTOR_TRAINING,
            title={"fi": "Koulutus"},
            starts_at=NOON,
            timezone="Europe/Helsinki",
            hours=6,
            place="Kirjasto",
            attended=attended,
            recorded_by="staff",
        )
        await self.hears(event, f"place-{name}", sequence)

    async def studies(self, name: str) -> None:
        """Somebody finishes the self-study course."""
        event = CourseCompleted(
            program_id=self.program, person_id=self.ids[name], course="basics", completed_at=NOON
        )
        await self.hears(event, f"course-{name}")

    async def has(self, *, mentors: dict[str, int], mentees: int) -> None:
        """Ready mentors with their capacities, and mentees, all admitted and all speaking Finnish."""
        rows = [
            f"mentor,{name},{name}@example.org,fi:C2,training,{room},2221" for name, room in mentors.items()
        ]
        names = [f"mentee{number}" for number in range(mentees)]
        rows += [f"mentee,{name},{name}@example.org,fi:B2,,,2221" for name in names]
        await self.imports(*rows)
        await self.admits(*mentors, *names)
        for name in mentors:
            await self.trains(name)

    async def drafts(self, *locks: tuple[str, str]) -> dict[str, Any]:
        """A run of matching."""
        body = {"locks": [[self.ids[mentor], self.ids[mentee]] for mentor, mentee in locks]}
        draft: dict[str, Any] = await self.tells(f"{self.path}/proposals", body)
        return draft

    async def publishes(self, draft: dict[str, Any]) -> dict[str, Any]:
        """The pairs of a draft are asked; the job's progress."""
        job = await self.tells(f"/proposals/{draft['id']}/publish")
        progress: dict[str, Any] = await asked(self.reader, "GET", f"/jobs/{job['id']}")
        return progress

    async def proposed(self) -> list[tuple[str, str]]:
        """Who was proposed to whom, by name."""
        names = {id_: name for name, id_ in self.ids.items()}
        events = self.world.published(PairProposed)
        return sorted((names[each.mentor_id], names[each.mentee_id]) for each in events)

    async def pair_of(self, name: str) -> Pair:
        """The newest pair of somebody."""
        found = (await asked(self.person(name), "GET", "/pairs"))["pairs"]
        pair: Pair = await self.world.deps("pairing").pairs.get(found[-1]["id"])
        return pair

    async def forms(self, mentor: str, mentee: str) -> str:
        """Both accept what was proposed to them; the pair's id."""
        pair = await self.pair_of(mentee)
        for name in (mentor, mentee):
            await asked(self.person(name), "POST", f"/pairs/{pair.id}/accept")
        await self.world.drain()
        return pair.id

    async def _learn_ids(self) -> None:
        people = self.world.deps("people")
        for application in await self.applications():
            person = await people.persons.get(application["person_id"])
            self.ids[person.email.partition("@")[0]] = person.id
