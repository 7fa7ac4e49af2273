"""The operators' commands against a real broker and real stores: their words and their exit status."""

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from matka_cli import topology
from matka_cli.rehearse.command import RUNGS
from matka_cli.roster import SERVICES
from matka_contracts.event import Envelope
from matka_contracts.scheduling import MeetingHeld
from matka_kit.bus import Outgoing, RabbitBus
from matka_kit.host import OWN_COLLECTIONS
from matka_kit.store import Collection, open_store
from matka_kit.timers import DEAD_TIMERS
from matka_kit.topology import Topology, depths
from matka_kit.topology import apply as apply_topology
from matka_scheduling.main import SERVICE as SCHEDULING
from matka_scheduling.store import MEETINGS
from tests.support.command import complaint, matka, said

NOBODY = "amqp://127.0.0.1:1/"
NOON = datetime(2027, 1, 18, 12, tzinfo=UTC)


@pytest.fixture
async def url(broker: str) -> str:
    """A broker that holds what the services need."""
    await topology.apply(broker, RUNGS)
    return broker


@pytest.fixture
async def dead(url: str) -> AsyncIterator[list[str]]:
    """Three dead letters of scheduling; their event ids."""
    bus = RabbitBus(url, name="test")
    letters = [_dead_letter(event_id) for event_id in ("event-1", "event-2", "[/of a stranger]")]
    assert len(await bus.send("matka.scheduling", letters)) == 3
    yield [letter.event_id for letter in letters]
    await bus.close()


def _dead_letter(event_id: str) -> Outgoing:
    body = {"specversion": "1.0", "id": event_id, "data": {"meeting_id": "äöå"}}
    headers = {
        "x-routing-key": MeetingHeld.event_type(),
        "x-error": "KeyError",
        "x-error-code": "",
        "x-error-at": "participation.py:70 on_meeting_held",
        "x-service": "scheduling",
        "x-attempt": "4",
        "x-died-at": "2027-01-18T12:00:00.000+00:00",
    }
    return Outgoing(event_id, "scheduling.dead", json.dumps(body, ensure_ascii=False).encode(), headers)


async def in_queue(url: str, queue: str) -> int:
    return (await depths(url, topology.spec(RUNGS)))[queue]


def cells(table: str) -> list[list[str]]:
    """The rows of a printed table, without its heading."""
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in table.splitlines() if "│" in line]


def test_applying_the_topology_says_so_and_doing_it_again_changes_nothing(broker: str) -> None:
    for _ in range(2):
        told = said("topology", "apply", "--url", broker)
        assert told == "The broker holds what the services need.\n"


async def test_what_is_no_longer_wanted_is_unbound_or_left_alone_and_both_are_said(broker: str) -> None:
    wanted = topology.spec((5, 30, 300, 3600))
    more = {**wanted.services, "learning": [*wanted.services["learning"], "weather.it-rained.v1"]}
    await apply_topology(broker, Topology({**more, "reports": ["#"]}, wanted.rungs, wanted.urgent))
    told = said("topology", "apply", MATKA_BROKER_URL=broker)
    assert "unbound weather.it-rained.v1 from learning.work\n" in told
    assert "unbound # from reports.work\n" in told
    assert "left alone, nobody asks for it any more: reports.work\n" in told


def test_the_definitions_are_the_same_spec_in_rabbitmqs_own_format() -> None:
    found = json.loads(said("topology", "definitions", "--vhost", "matka", MATKA_RUNGS="1,2"))
    queues = {queue["name"] for queue in found["queues"]}
    assert queues == {queue.name for queue in topology.spec((1, 2)).queues()}
    assert {queue["vhost"] for queue in found["queues"]} == {"matka"}
    assert "notifications.urgent.retry.2s" in queues


@pytest.mark.parametrize("words", [("topology", "apply"), ("dead-letters", "list")])
def test_a_broker_that_is_away_is_a_sentence(words: tuple[str, ...]) -> None:
    assert re.fullmatch(r"broker is away: .+\n", complaint(*words, "--url", NOBODY))


@pytest.mark.parametrize("words", [("topology", "apply"), ("dead-letters", "list"), ("outbox",), ("timers",)])
def test_a_command_without_its_url_says_which_is_missing(words: tuple[str, ...]) -> None:
    told = complaint(*words, status=2)
    assert "Missing option" in told
    assert "--url" in told


def test_dead_letters_of_a_broker_that_was_never_set_up_are_missing_queues(broker: str) -> None:
    told = complaint("dead-letters", "list", "people", "--url", broker)
    assert told == "broker topology is away: people.dead is missing\n"


def test_no_dead_letters_are_said_in_words(url: str) -> None:
    assert said("dead-letters", "list", "--url", url) == "No dead letters.\n"


def test_dead_letters_are_listed_with_what_went_wrong(url: str, dead: list[str]) -> None:
    rows = cells(said("dead-letters", "list", "--url", url))
    assert rows == [
        ["scheduling", id_, "scheduling.meeting-held.v1", "4", "KeyError", "2027-01-18T12:00:00.000+00:00"]
        for id_ in dead
    ]
    assert cells(said("dead-letters", "list", "scheduling", "--url", url)) == rows
    assert said("dead-letters", "list", "pairing", "--url", url) == "No dead letters.\n"


def test_one_dead_letter_is_shown_whole(url: str, dead: list[str]) -> None:
    told = said("dead-letters", "show", "scheduling", dead[1], "--url", url)
    assert f"scheduling.meeting-held.v1 {dead[1]}, attempt 4" in told
    assert "KeyError  participation.py:70 on_meeting_held" in told
    assert "  x-service: scheduling\n" in told
    assert '"meeting_id": "äöå"' in told
    assert len(cells(said("dead-letters", "list", "--url", url))) == 3


async def test_a_dead_letter_goes_back_to_its_service_alone(url: str, dead: list[str]) -> None:
    assert (
        said("dead-letters", "replay", "scheduling", dead[0], "--url", url) == "1 given back to scheduling.\n"
    )
    assert await in_queue(url, "scheduling.work") == 1
    assert said("dead-letters", "replay", "scheduling", "--url", url) == "2 given back to scheduling.\n"
    assert await in_queue(url, "scheduling.work") == 3
    waiting = await depths(url, topology.spec(RUNGS))
    assert sum(waiting.values()) == 3, "nobody else got one"


async def test_a_dropped_dead_letter_is_gone_and_the_others_stay(url: str, dead: list[str]) -> None:
    assert said("dead-letters", "drop", "scheduling", *dead[:2], "--url", url) == "2 dropped.\n"
    assert [row[1] for row in cells(said("dead-letters", "list", "--url", url))] == dead[2:]


def test_an_event_id_or_a_service_that_is_not_there_is_said(url: str, dead: list[str]) -> None:
    told = complaint("dead-letters", "show", "scheduling", "nothing", "--url", url)
    assert told.startswith("no-such-dead-letter: No dead letter of this service has this event id")
    for verb, did in (("replay", "1 given back to scheduling.\n"), ("drop", "0 dropped.\n")):
        done = matka("dead-letters", verb, "scheduling", dead[0], "nothing", "--url", url)
        assert (done.returncode, done.stdout) == (1, did)
        assert "not among the dead letters: " in done.stderr
        assert "nothing\n" in done.stderr
    told = complaint("dead-letters", "list", "weather", "--url", url, status=2)
    assert all(service in told for service in SERVICES)


async def stored(folder: Path, *places: tuple[Collection, dict[str, object]]) -> None:
    """Put documents into scheduling's store."""
    store = await open_store(f"sqlite:{folder}", "scheduling", (*SCHEDULING.collections, *OWN_COLLECTIONS))
    for collection, document in places:
        await store.insert(collection, document)
    await store.close()


def a_meeting(**system: object) -> dict[str, object]:
    """A meeting's document as far as the store must know it."""
    indexed: dict[type, object] = {str: "x", datetime: NOON, bool: False, int: 0}
    fields = {name: indexed[kind] for name, kind in MEETINGS.fields.items()}
    return {"_id": "meeting", **fields, **system}


def an_event() -> dict[str, object]:
    envelope = Envelope(
        id="event",
        source="/matka/scheduling",
        type=MeetingHeld.event_type(),
        subject="meeting",
        time=NOON,
        data={},
        sequence=1,
    )
    return envelope.model_dump()


async def test_events_that_wait_for_the_broker_are_listed_by_their_aggregate(tmp_path: Path) -> None:
    await stored(tmp_path, (MEETINGS, a_meeting(outbox=[an_event(), an_event()], outbox_since=NOON)))
    assert cells(said("outbox", "--url", f"sqlite:{tmp_path}")) == [
        ["scheduling", "meetings", "meeting", "2", "2027-01-18 12:00:00"]
    ]


async def test_timers_that_failed_are_listed_dead_or_alive(tmp_path: Path) -> None:
    failing = {"id": "remind", "due": NOON, "kind": "remind", "failures": 2, "retry_at": NOON, "dead": False}
    waiting = {"id": "later", "due": NOON, "kind": "later", "failures": 0, "retry_at": None, "dead": False}
    epitaph = {
        "_id": "meetings:gone:remind",
        "collection": "meetings",
        "aggregate": "gone",
        "kind": "remind",
        "due": NOON,
        "failures": 5,
        "error": "KeyError",
    }
    meeting = a_meeting(timers=[failing, waiting], next_due=NOON, retry_due=NOON)
    await stored(tmp_path, (MEETINGS, meeting), (DEAD_TIMERS, epitaph))
    due = "2027-01-18 12:00:00+00:00"
    assert sorted(cells(said("timers", "--url", f"sqlite:{tmp_path}"))) == [
        ["scheduling", "meetings", "gone", "remind", due, "5", "dead: KeyError"],
        ["scheduling", "meetings", "meeting", "remind", due, "2", "tried again"],
    ]


async def test_where_nothing_is_owed_that_is_said(tmp_path: Path) -> None:
    await stored(tmp_path, (MEETINGS, a_meeting()))
    assert said("outbox", "--url", f"sqlite:{tmp_path}") == "Nothing waits for the broker.\n"
    assert said("timers", "--url", f"sqlite:{tmp_path}") == "No timer has failed.\n"


@pytest.mark.parametrize("command", ["outbox", "timers"])
def test_a_store_that_is_not_there_is_not_made_by_looking(command: str, tmp_path: Path) -> None:
    told = complaint(command, "--url", f"sqlite:{tmp_path / 'nowhere'}")
    assert told == f"store is away: there is no folder {tmp_path / 'nowhere'}\n"
    assert not (tmp_path / "nowhere").exists()
