"""What happens in a town before somebody behaves badly: a program with a pair, a meeting and a goal."""

from dataclasses import dataclass, field
from typing import Any

from tests.support.asking import asked
from tests.support.town import Town

PROGRAM = {
    "model": "pair-mentoring",
    "title": {"fi": "Kevät", "en": "Spring"},
    "languages": ["fi", "en"],
    "starts_on": "2027-01-18",
    "ends_on": "2027-07-18",
}
ADMINISTRATOR = ("administrator", "*")
PEOPLE = """role,name,email,languages,training
mentor,Maija Meikäläinen,maija@example.org,fi:C2,training
mentee,أمل حداد,amal@example.org,fi:B1,
mentee,Omar,omar@example.org,fi:B1,
"""


@dataclass
class Life:
    """One program in the town; `ids` holds what everything is called, people by their first name."""

    town: Town
    program: str
    ids: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def begins(cls, town: Town) -> "Life":
        """An administrator opens the program."""
        root = town.as_person("pairing", "root", ADMINISTRATOR)
        program = await asked(root, "POST", "/programs", PROGRAM)
        await town.quiet()
        return cls(town, str(program["id"]), {"program": str(program["id"])})

    async def staff(self, service: str, method: str, path: str, body: Any = None) -> Any:
        """The coordinator does something, and all that follows from it happens."""
        client = self.town.as_person(service, "staff", ("coordinator", self.program))
        answer = await asked(client, method, path, body)
        await self.town.quiet()
        return answer

    async def person(self, name: str, service: str, method: str, path: str, body: Any = None) -> Any:
        """Somebody who takes part does something, and all that follows from it happens."""
        role = "mentor" if name == "maija" else "mentee"
        client = self.town.as_person(service, self.ids[name], (role, self.program))
        answer = await asked(client, method, path, body)
        await self.town.quiet()
        return answer

    async def imports(self) -> None:
        """Three people apply and are admitted."""
        path = f"/programs/{self.program}"
        await self.staff("pairing", "POST", f"{path}/imports", {"csv": PEOPLE})
        known = [{"name": "known", "email": f"{name}@example.org"} for name in ("maija", "amal", "omar")]
        pairing = self.town.as_service("people", "pairing")
        found = (await asked(pairing, "POST", "/persons/batch", {"persons": known}))["ids"]
        self.ids |= {email.partition("@")[0]: person for email, person in found.items()}
        for each in (await self.staff("pairing", "GET", f"{path}/applications"))["applications"]:
            await self.staff("pairing", "POST", f"/applications/{each['id']}/admit")
            if each["person_id"] == self.ids["amal"]:
                self.ids["application"] = each["id"]

    async def forms_a_pair(self) -> None:
        """Maija comes to the training, is matched with Amal, and both accept."""
        training = {
            "kind": "mentor-training",
            "title": {"fi": "Koulutus"},
            "at": "2027-01-18T09:00",
            "hours": 6,
            "seats": 30,
        }
        path = f"/programs/{self.program}"
        gathering = await self.staff("scheduling", "POST", f"{path}/gatherings", training)
        self.ids["gathering"] = gathering["id"]
        records = {"records": [{"person_id": self.ids["maija"], "attended": True}]}
        await self.staff("scheduling", "POST", f"/gatherings/{gathering['id']}/attendance", records)
        locks = {"locks": [[self.ids["maija"], self.ids["amal"]]]}
        draft = await self.staff("pairing", "POST", f"{path}/proposals", locks)
        self.ids["proposal"] = draft["id"]
        job = await self.staff("pairing", "POST", f"/proposals/{draft['id']}/publish")
        self.ids["job"] = job["id"]
        for name in ("maija", "amal"):
            [pair] = (await self.person(name, "pairing", "GET", "/pairs"))["pairs"]
            await self.person(name, "pairing", "POST", f"/pairs/{pair['id']}/accept")
            self.ids["pair"] = pair["id"]

    async def meets_and_learns(self) -> None:
        """The pair plans a meeting, has an exercise, and the mentee a goal."""
        plan = {"at": "2027-02-03T17:00", "minutes": 60, "form": "video"}
        pair = f"/pairs/{self.ids['pair']}"
        meeting = await self.person("maija", "scheduling", "POST", f"{pair}/meetings", plan)
        [exercise, *_] = (await self.person("maija", "learning", "GET", "/library"))["exercises"]
        wanted = {"exercise": exercise["id"]}
        assignment = await self.person("maija", "learning", "POST", f"{pair}/exercises", wanted)
        goal = {"kind": "cv", "text": "Oma ansioluettelo"}
        goal = await self.person("amal", "learning", "POST", f"/programs/{self.program}/goals", goal)
        self.ids |= {"meeting": meeting["id"], "assignment": assignment["id"], "goal": goal["id"]}
