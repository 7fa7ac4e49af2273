"""A small program played through the gateway's API, from the import to the certificates."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx2

from matka_kit.testing import World
from tests.support.gateway import api_session

HELSINKI = ZoneInfo("Europe/Helsinki")
BEGINNING = datetime(2027, 1, 4, 8, tzinfo=UTC)
STAFF = "aino@example.org"
MENTOR = "maija@example.org"
MENTEE = "amal@example.org"
UNDECIDED = "kalle@example.org"
PEOPLE = """role,name,email,language,languages,training,capacity
mentor,Maija Meikäläinen,maija@example.org,fi,fi:C2;en:C1,training,1
mentor,Örn Åström-Ó Súilleabháin,orn@example.org,sv,sv:C2;fi:C1,training,1
mentor,Kalle,kalle@example.org,fi,fi:C2,none,1
mentee,أمل حداد,amal@example.org,en,fi:B1;ar:C2,,
mentee,Nguyễn Thị Ánh,anh@example.org,fi,fi:B2;vi:C2,,
mentee,"Wolfeschlegelsteinhausenbergerdorff-Ranasinghearachchige Don",long@example.org,en,fi:B1,,
"""


@dataclass
class SmallProgram:
    """One program and its coordinator's API session."""

    world: World
    staff: httpx2.AsyncClient
    id: str

    @classmethod
    async def opened(cls, world: World) -> "SmallProgram":
        """An administrator opens a program of six months and names a coordinator."""
        cli = world.as_service("people", "cli")
        await cli.post("/administrators", json={"email": "root@example.org", "name": "Rauha Root"})
        root = await api_session(world, "root@example.org")
        title = {
            "fi": "Matkalla työelämään, kevät 2027",
            "sv": "På väg, våren 2027",
            "en": "On the way, spring 2027",
        }
        opened = await root.post(
            "/api/pairing/programs",
            json={
                "title": title,
                "model": "pair-mentoring",
                "languages": ["fi", "sv", "en"],
                "starts_on": "2027-01-18",
                "ends_on": "2027-07-18",
            },
        )
        id_ = _done(opened)["id"]
        person = _done(await root.post("/api/people/persons", json={"email": STAFF, "name": "Aino Aalto"}))[
            "id"
        ]
        role = {"role": "coordinator", "scope": id_}
        _done(await root.post(f"/api/people/persons/{person}/roles", json=role))
        await world.drain()
        return cls(world, await api_session(world, STAFF), id_)

    async def tell(self, path: str, body: Any = None) -> Any:
        """The coordinator does something, and all that follows from it happens."""
        done = _done(await self.staff.post(f"/api/{path.replace('*', self.id)}", json=body))
        await self.world.drain()
        return done

    async def ask(self, path: str) -> Any:
        return _done(await self.staff.get(f"/api/{path.replace('*', self.id)}"))

    async def imports(self) -> dict[str, str]:
        """Everybody arrives and all but one are admitted; their ids by address."""
        await self.tell("pairing/programs/*/imports", {"csv": PEOPLE})
        emails = [line.split(",")[-5] for line in PEOPLE.splitlines()[1:]]
        pairing = self.world.as_service("people", "pairing")
        known = {"persons": [{"email": email, "name": "known already"} for email in emails]}
        ids: dict[str, str] = _done(await pairing.post("/persons/batch", json=known))["ids"]
        for application in (await self.ask("pairing/programs/*/applications"))["applications"]:
            if application["person_id"] != ids[UNDECIDED]:
                await self.tell(f"pairing/applications/{application['id']}/admit")
        return ids

    async def gathers(self, kind: str, days: int, attended: list[str]) -> str:
        """A gathering some days from now takes place; its id."""
        at = (self.world.clock.now() + timedelta(days=days)).astimezone(HELSINKI).replace(tzinfo=None)
        body = {
            "kind": kind,
            "title": {"fi": "Tilaisuus", "en": "Gathering"},
            "at": at.isoformat(timespec="minutes"),
            "hours": 6.0,
            "place": "Kirjasto Oodi, Töölönlahdenkatu 4",
            "seats": 30,
        }
        id_ = str((await self.tell("scheduling/programs/*/gatherings", body))["id"])
        if attended:
            self.world.clock.step(self.world.clock.now() + timedelta(days=days, hours=6))
            await self.world.drain()
            records = [{"person_id": each, "attended": True} for each in attended]
            await self.tell(f"scheduling/gatherings/{id_}/attendance", {"records": records})
            await self.tell(f"scheduling/gatherings/{id_}/held")
        return id_

    async def matches(self, ids: dict[str, str]) -> str:
        """Staff fix one pair; proposals go to everyone, and those two accept. Their pair's id."""
        draft = await self.tell("pairing/programs/*/proposals", {"locks": [[ids[MENTOR], ids[MENTEE]]]})
        await self.tell(f"pairing/proposals/{draft['id']}/publish")
        pair_id = ""
        for email in (MENTOR, MENTEE):
            api = await api_session(self.world, email)
            pair_id = str(_done(await api.get("/api/pairing/pairs"))["pairs"][0]["id"])
            _done(await api.post(f"/api/pairing/pairs/{pair_id}/accept"))
        await self.world.drain()
        return pair_id

    async def meets(self, pair_id: str, at: str) -> None:
        """The pair plans a meeting by video, at a local time."""
        api = await api_session(self.world, MENTOR)
        body = {"at": at, "minutes": 90, "form": "video", "place": "https://video.example.org/room"}
        _done(await api.post(f"/api/scheduling/pairs/{pair_id}/meetings", json=body))
        await self.world.drain()

    async def ends(self) -> None:
        """Participation is sealed, the program closes, certificates are released."""
        await self.tell("scheduling/programs/*/seal")
        await self.tell("pairing/programs/*/close")


def _done(answer: httpx2.Response) -> Any:
    assert answer.is_success, f"{answer.request.url}: {answer.text}"
    return answer.json()
