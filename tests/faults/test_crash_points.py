"""The real services, killed at each crash point in the middle of a story: nothing is lost or doubled."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from matka_contracts.event import Envelope
from matka_contracts.learning import CourseCompleted
from matka_contracts.scheduling import AttendanceRecorded
from matka_contracts.terms import GatheringKind
from matka_kit import dead_letters
from matka_kit.bus import Outgoing, RabbitBus
from matka_kit.cause import derived_id
from matka_kit.crash import CrashPoint
from tests.support.broker import Node
from tests.support.killable import START, Town
from tests.support.told import told

EXPECTED = {
    ("application-received", "mentor"): 1,
    ("application-received", "mentee"): 1,
    ("application-admitted", "mentor"): 1,
    ("application-admitted", "mentee"): 1,
    ("mentor-ready", "mentor"): 1,
    ("pair-proposed", "mentor"): 1,
    ("pair-proposed", "mentee"): 1,
    ("pair-formed", "mentor"): 1,
    ("pair-formed", "mentee"): 1,
    ("meeting-planned", "mentor"): 1,
    ("meeting-planned", "mentee"): 1,
    ("meeting-reminder", "mentor"): 1,
    ("meeting-reminder", "mentee"): 1,
}


@pytest.fixture(scope="module")
def town(own_node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with own_node.vhost() as broker, Town(tmp_path_factory.mktemp("town"), broker) as town:
        yield town


@dataclass
class Story:
    """One mentor and one mentee, from their import to the reminder of their first meeting."""

    town: Town
    tag: str = field(default_factory=lambda: uuid4().hex[:8])
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def program(self) -> str:
        """The id that the program will have: it follows from the command that opens it."""
        return derived_id("command", "staff", "POST /programs?", self.tag)

    async def is_told(self) -> None:
        await self.people_apply()
        await self.they_are_admitted_and_the_mentor_is_trained()
        await self.they_become_a_pair()
        await self.they_are_reminded_of_their_meeting()
        await self.town.rests()

    async def people_apply(self) -> None:
        program = {
            "model": "pair-mentoring",
            "title": {"fi": f"Ohjelma {self.tag}"},
            "languages": ["fi"],
            "starts_on": "2027-01-18",
            "ends_on": "2027-07-18",
        }
        opened = await self.town.asks(
            "pairing", "POST", "/programs", program, grants=[("administrator", "*")], key=self.tag
        )
        assert opened["id"] == self.program
        rows = [f"{role},{role.title()},{self.address(role)},fi:C2" for role in ("mentor", "mentee")]
        csv = "\n".join(["role,name,email,languages", *rows])
        await self.finishes(await self.staff("POST", f"/programs/{self.program}/imports", {"csv": csv}))

    async def they_are_admitted_and_the_mentor_is_trained(self) -> None:
        found = (await self.staff("GET", f"/programs/{self.program}/applications"))["applications"]
        assert sorted(each["role"] for each in found) == ["mentee", "mentor"]
        for each in found:
            self.ids[each["role"]] = each["person_id"]
            await self.staff("POST", f"/applications/{each['id']}/admit")
        await self.tells(told(self.attendance(), f"place-{self.tag}"))
        await self.town.comes_to("the mentor is ready", self._mentor_is_ready)

    async def they_become_a_pair(self) -> None:
        draft = await self.staff("POST", f"/programs/{self.program}/proposals", {})
        await self.finishes(await self.staff("POST", f"/proposals/{draft['id']}/publish"))
        [pair] = (await self.staff("GET", f"/programs/{self.program}/pairs"))["pairs"]
        self.ids["pair"] = pair["id"]
        for role in ("mentor", "mentee"):
            await self.member(role, "pairing", f"/pairs/{pair['id']}/accept")

    async def they_are_reminded_of_their_meeting(self) -> None:
        await self.town.rests()
        day = (self.town.clock.now() + timedelta(days=10)).date()
        meeting = {"at": f"{day}T17:00", "minutes": 60, "form": "video"}
        await self.member("mentor", "scheduling", f"/pairs/{self.ids['pair']}/meetings", meeting)
        nine = datetime.combine(day - timedelta(days=1), time(9), ZoneInfo("Europe/Helsinki"))
        self.town.clock.step(
            nine.astimezone(UTC)
        )  # whatever else of former stories is due by then happens too

    def address(self, role: str) -> str:
        return f"{role}-{self.tag}@example.org"

    def attendance(self) -> AttendanceRecorded:
        return AttendanceRecorded(
            gathering_id=f"training-{self.tag}",
            program_id=self.program,
            person_id=self.ids["mentor"],
            kind=GatheringKind.MENTOR_TRAINING,
            title={"fi": "Koulutus"},
            starts_at=START,
            timezone="Europe/Helsinki",
            hours=6,
            place="",
            attended=True,
            recorded_by="staff",
        )

    async def tells(self, message: Outgoing) -> None:
        bus = RabbitBus(self.town.broker, name="teller")
        assert await bus.publish([message])
        await bus.close()

    async def staff(self, method: str, path: str, body: Any = None) -> Any:
        grants = [("coordinator", self.program)]
        return await self.town.asks("pairing", method, path, body, grants=grants)

    async def member(self, role: str, service: str, path: str, body: Any = None) -> None:
        grants = [(role, self.program)]
        await self.town.asks(service, "POST", path, body, who=self.ids[role], grants=grants)

    async def finishes(self, job: dict[str, Any]) -> None:
        async def is_finished() -> bool:
            progress = await self.staff("GET", f"/jobs/{job['id']}")
            assert progress["status"] in {"running", "finished"}, progress
            return bool(progress["status"] == "finished")

        await self.town.comes_to("the job is finished", is_finished)

    async def _mentor_is_ready(self) -> bool:
        [mentor] = (await self.staff("GET", f"/programs/{self.program}/readiness"))["mentors"]
        return mentor["door"] is not None

    def letters(self) -> Counter[tuple[str, str]]:
        """How often each letter came to each of the two."""
        roles = {self.address(role): role for role in ("mentor", "mentee")}
        return Counter(
            (template, roles[address]) for template, address, _ in self.town.mails() if address in roles
        )

    def message_ids(self) -> list[str]:
        mine = {self.address(role) for role in ("mentor", "mentee")}
        return [message_id for _, address, message_id in self.town.mails() if address in mine]

    async def states_are_single(self) -> None:
        """One application each, one pair, one meeting, nothing owed, nothing buried."""
        counts = await self.staff("GET", f"/programs/{self.program}/counts")
        assert counts["applications"] == {"mentor": {"admitted": 1}, "mentee": {"admitted": 1}}
        assert counts["pairs"] == {"formed": 1}
        for service in ("people", "pairing", "scheduling", "notifications"):
            assert await dead_letters.browse(self.town.broker, service) == []


def no_event_is_lost_or_doubled(heard: list[Envelope], program: str) -> None:
    """Each aggregate's events are numbered from one without a gap, and a number is one event for ever.

    Of a former story's program only what comes late is heard, such as the question after its meeting.
    """
    by_subject: dict[tuple[str, str], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for each in heard:
        if not each.id.startswith("told-") and each.data.get("program_id", program) == program:
            by_subject[each.source, each.subject][each.sequence].add(each.id)
    assert by_subject
    for subject, numbers in by_subject.items():
        assert sorted(numbers) == list(range(1, len(numbers) + 1)), f"{subject} has a gap"
        assert all(len(ids) == 1 for ids in numbers.values()), f"{subject} tells two things by one number"


CRASHES = [
    *(("pairing", CrashPoint.AFTER_THE_WRITE, arrival) for arrival in (1, 4, 7)),
    ("pairing", CrashPoint.BEFORE_PUBLISHING, 5),
    *(("pairing", CrashPoint.AFTER_PUBLISHING_BEFORE_THE_CONFIRM, arrival) for arrival in (1, 6)),
    ("pairing", CrashPoint.AFTER_THE_CONFIRM_BEFORE_THE_CLEAR, 5),
    *(("pairing", CrashPoint.IN_JOB_STEP, arrival) for arrival in (1, 2)),
    ("pairing", CrashPoint.AFTER_THE_EFFECT_BEFORE_THE_ACK, 1),
    ("people", CrashPoint.AFTER_THE_EFFECT_BEFORE_THE_ACK, 1),
    ("scheduling", CrashPoint.IN_TIMER_FIRING, 1),
    ("scheduling", CrashPoint.AFTER_THE_EFFECT_BEFORE_THE_ACK, 2),
]
MAIL_CRASHES = [
    (CrashPoint.AFTER_THE_EFFECT_BEFORE_THE_ACK, 1, {0, 1}),
    (CrashPoint.AFTER_THE_EFFECT_BEFORE_THE_ACK, 4, {0, 1}),
    (CrashPoint.AFTER_THE_WRITE, 3, {0}),
    (CrashPoint.AFTER_SMTP_ACCEPTED_BEFORE_MARKED, 3, {1}),
]


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("service", "point", "arrival"), CRASHES, ids=[f"{s}-{p}-{a}" for s, p, a in CRASHES]
)
async def test_a_service_killed_in_the_middle_of_a_story_loses_and_doubles_nothing(
    town: Town, service: str, point: CrashPoint, arrival: int
) -> None:
    await town.ready()
    story = Story(town)
    async with town.listening() as heard:
        with town.dying(service, point, arrival):
            await story.is_told()
    assert story.letters() == EXPECTED
    await story.states_are_single()
    no_event_is_lost_or_doubled(heard, story.program)


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("point", "arrival", "copies"), MAIL_CRASHES, ids=[f"{p}-{a}" for p, a, _ in MAIL_CRASHES]
)
async def test_only_the_one_mail_that_was_on_its_way_when_its_sender_was_killed_may_come_twice(
    town: Town, point: CrashPoint, arrival: int, copies: set[int]
) -> None:
    await town.ready()
    story = Story(town)
    async with town.listening() as heard:
        with town.dying("notifications", point, arrival):
            telling = asyncio.create_task(story.is_told())
            await town.comes_to("notifications has died", lambda: _has_died(town))
            await town.claims_expire()
            await telling
    letters = story.letters()
    assert set(letters) == set(EXPECTED)
    assert letters.total() - len(EXPECTED) in copies
    assert len(set(story.message_ids())) == len(EXPECTED), "a copy has the same Message-ID"
    await story.states_are_single()
    no_event_is_lost_or_doubled(heard, story.program)


@pytest.mark.timeout(240)
async def test_a_service_killed_while_it_puts_an_event_off_handles_it_all_the_same(town: Town) -> None:
    await town.ready()
    story = Story(town)
    early = CourseCompleted(
        program_id=story.program, person_id="somebody", course="basics", completed_at=START
    )
    with town.dying("pairing", CrashPoint.IN_RETRYING):
        await story.tells(told(early, f"course-{story.tag}"))
        await town.comes_to("pairing has died", lambda: _has_died(town))
        await story.people_apply()
        await town.rests()
    assert await dead_letters.browse(town.broker, "pairing") == []


@pytest.mark.timeout(240)
async def test_a_service_killed_while_it_buries_an_event_buries_it_all_the_same(town: Town) -> None:
    await town.ready()
    garbage = told(CourseCompleted(program_id="p", person_id="q", course="c", completed_at=START), "garbage")
    body = json.loads(garbage.body)
    body["data"] = {"program_id": 5}
    with town.dying("pairing", CrashPoint.IN_DEAD_LETTERING):
        await Story(town).tells(Outgoing(garbage.event_id, garbage.routing_key, json.dumps(body).encode()))
        await town.comes_to("pairing has died", lambda: _has_died(town))
        await town.ready()
        await town.comes_to("it is buried", lambda: _is_buried(town, garbage.event_id))
    dropped = await dead_letters.drop(town.broker, "pairing", [garbage.event_id])
    assert set(dropped) == {garbage.event_id}


async def _has_died(town: Town) -> bool:
    return bool(town.deaths)


async def _is_buried(town: Town, event_id: str) -> bool:
    found = await dead_letters.browse(town.broker, "pairing")
    return event_id in {letter.event_id for letter in found}
