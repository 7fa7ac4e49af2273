"""Several senders, vanished senders and late repetitions: each letter goes out once all the same."""

import asyncio
import re
from datetime import timedelta
from functools import partial
from pathlib import Path

from matka_contracts.pairing import MentorReady, PairFormed
from matka_contracts.scheduling import MeetingReminderDue
from matka_kit.cause import Cause
from matka_kit.store import Query, open_store
from matka_kit.testing import World
from matka_notifications.domain import Letter
from matka_notifications.main import SERVICE as NOTIFICATIONS
from matka_notifications.store import LETTERS
from matka_people.main import SERVICE as PEOPLE
from tests.support.mail_room import MailRoom
from tests.support.mothers_notifications import A_CLAIM, NOON
from tests.support.post_office import PostOffice
from tests.support.waiting import until


async def test_an_event_that_comes_again_after_very_long_writes_no_second_letter(room: MailRoom) -> None:
    message = await room.hears(MentorReady)
    await room.all_done()
    letters, letter = room.world.deps("notifications").letters, await room.letter()
    for number in range(60):
        changes = {"failures": number + 1}
        await letters.update(letter.id, partial(_noted, changes), Cause(f"command-{number}"))
    await room.again(message)
    await room.all_done()
    assert len(await room.letters()) == len(room.office.taken) == 1


def _noted(changes: dict[str, int], letter: Letter) -> tuple[()]:
    letter.failures = changes["failures"]
    return ()


async def test_a_letter_whose_sender_vanished_is_sent_by_another_when_the_claim_expires(
    room: MailRoom,
) -> None:
    await room.office.close()
    await room.hears(MentorReady)
    letters = room.world.deps("notifications").letters
    letter = await room.letter()
    machine = room.world.clock.machine()
    await letters.update(letter.id, lambda each: each.claim(machine, A_CLAIM), Cause("vanishing sender"))
    await room.office.open()
    assert await room.world.deps("notifications").sender.send_waiting() == 0
    room.time_passes(A_CLAIM.total_seconds() + 1)
    await room.all_done()
    assert len(room.office.taken) == 1


async def test_with_less_patience_a_refused_letter_is_sent_again_sooner(
    tmp_path: Path, office: PostOffice
) -> None:
    settings = {"smtp_url": office.url, "public_url": "https://matka.example.org", "mail_patience": 5}
    async with World(tmp_path / "hasty", [PEOPLE, NOTIFICATIONS], NOON, settings) as world:
        room = MailRoom(world, office)
        await room.settle_in()
        office.at_dot.append("451 4.3.0 later")
        await room.hears(MentorReady)
        await room.becomes(status="waiting", failures=1)
        letter = await room.letter()
        assert letter.ready_at - world.clock.machine() <= timedelta(seconds=5)


async def test_two_senders_side_by_side_send_each_letter_once(room: MailRoom) -> None:
    sender = room.world.deps("notifications").sender
    for _ in range(20):
        await room.hears(MentorReady)
    await asyncio.gather(*(sender.send_waiting() for _ in range(3)))
    await room.all_done()
    assert len(room.office.taken) == len(set(room.office.tried)) == 20


async def test_an_urgent_letter_is_next_however_many_wait_for_a_slow_mail_server(
    tmp_path: Path, office: PostOffice
) -> None:
    settings = {"smtp_url": office.url, "public_url": "https://matka.example.org", "senders": 1}
    async with World(tmp_path / "slow", [PEOPLE, NOTIFICATIONS], NOON, settings) as world:
        room = MailRoom(world, office)
        await room.settle_in()
        await office.close()
        for _ in range(3):
            await room.hears(PairFormed)
        office.at_dot.extend(["late"] * 2)
        await office.open()
        await until("the first mail is on its way", lambda: len(office.tried) == 1)
        asked = await world.as_service("people", "gateway").post(
            "/sign-ins", json={"email": "amal@example.org"}
        )
        assert asked.is_success, asked.text
        await room.all_done()
    templates = [mail["X-Matka-Template"] for mail in office.taken]
    assert templates.count("pair-formed") == 6
    assert templates.index("sign-in") <= 2, "those that were on their way may be before it"


async def test_a_mail_on_its_way_arrives_while_the_service_stops_and_no_other_is_begun(
    tmp_path: Path, office: PostOffice
) -> None:
    settings = {"smtp_url": office.url, "public_url": "https://matka.example.org", "senders": 1}
    office.at_dot.append("late")
    async with World(tmp_path / "stopping", [PEOPLE, NOTIFICATIONS], NOON, settings) as world:
        room = MailRoom(world, office)
        await room.settle_in()
        await room.hears(PairFormed)
        await until("the first mail is on its way", lambda: len(office.tried) == 1)
    assert len(office.taken) == 1
    store = await open_store(f"sqlite:{tmp_path / 'stopping'}", "notifications", (LETTERS,))
    letters = (await store.find(LETTERS, Query())).documents
    assert sorted(letter["status"] for letter in letters) == ["sent", "waiting"]
    await store.close()


async def test_links_that_stop_reminders_are_asked_for_once_for_all_letters_that_go_together(
    room: MailRoom,
) -> None:
    await room.office.close()
    for _ in range(5):
        await room.hears(MeetingReminderDue)
    before = await _made_at_people(room.world)
    await room.office.open()
    await room.all_done()
    assert len(room.office.letters("meeting-reminder")) == 10
    assert len({mail["List-Unsubscribe"] for mail in room.office.taken}) == 2
    assert await _made_at_people(room.world) - before == 1


async def _made_at_people(world: World) -> float:
    """How many requests to make something `people` has answered; letters ask it for nothing but links."""
    numbers = (await world.as_nobody("people").get("/metrics")).text
    return float(re.findall(r'matka_requests_total\{method="POST",status="201"\} (\S+)', numbers)[0])
