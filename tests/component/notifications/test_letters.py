"""Events become letters: each once, in its reader's language, and none that speaks of what has changed."""

import asyncio
import re

import httpx2
import pytest

from matka_contracts.pairing import MentorReady, PairEnded, PairFormed, ProgramOpened
from matka_contracts.people import SignInRequested
from matka_contracts.scheduling import (
    MeetingCancelled,
    MeetingPlanned,
    MeetingReminderDue,
    ParticipantInvited,
)
from matka_kit.errors import Unavailable
from tests.support.mail_room import MailRoom, text_of
from tests.support.waiting import until

MEETING = "meeting-1"


async def test_each_of_a_pair_gets_one_letter_in_their_language_naming_the_other(room: MailRoom) -> None:
    await room.hears(ProgramOpened, "spring", program_id="spring")
    message = await room.hears(PairFormed, program_id="spring")
    await room.all_done()
    await room.again(message)
    await room.all_done()
    [to_maija], [to_amal] = room.got("maija@example.org"), room.got("amal@example.org")
    assert (to_maija["Subject"], to_amal["Subject"]) == ("Olette mentorointipari", "You are a mentoring pair")
    assert (to_maija["Content-Language"], to_amal["Content-Language"]) == ("fi", "en")
    assert "Hei Maija Meikäläinen," in text_of(to_maija)
    assert "أمل حدّاد" in text_of(to_maija)
    assert "Hello أمل حدّاد," in text_of(to_amal)
    assert "Kevään ohjelma" in text_of(to_maija)
    assert "The program of spring" in text_of(to_amal)
    assert to_amal["To"].addresses[0].display_name == "أمل حدّاد"
    assert "Open your pair's page: https://matka.example.org/" in text_of(to_amal)
    sent = {(each.person_id, each.template, each.language) for each in await room.sent()}
    assert sent == {(room.maija, "pair-formed", "fi"), (room.amal, "pair-formed", "en")}
    assert len(await room.sent()) == 2


async def test_no_letter_keeps_a_name_or_an_address(room: MailRoom) -> None:
    await room.hears(PairFormed)
    await room.all_done()
    kept = "".join(letter.model_dump_json() for letter in await room.letters())
    assert "example.org" not in kept
    assert "Meikäläinen" not in kept


async def test_a_change_of_name_address_and_language_counts_when_the_letter_is_sent(room: MailRoom) -> None:
    room.office.at_rcpt.append("450 4.2.0 later")
    await room.hears(MentorReady)
    await room.becomes(status="waiting", failures=1)
    await room.changes(room.amal, name="Amal Virtanen", email="new@example.org", language="sv")
    room.time_passes(301)
    await room.all_done()
    [mail] = room.office.letters("mentor-ready")
    assert mail["To"].addresses[0].addr_spec == "new@example.org"
    assert "Hej Amal Virtanen!" in text_of(mail)


async def test_a_new_address_gets_a_letter_that_says_so_and_the_old_one_gets_no_more(room: MailRoom) -> None:
    await room.changes(room.amal, email="new@example.org")
    await room.hears(MentorReady)
    await room.all_done()
    got = [mail["X-Matka-Template"] for mail in room.got("new@example.org")]
    assert sorted(got) == ["address-changed", "mentor-ready"]
    assert room.got("amal@example.org") == []
    await room.changes(room.amal, phone="+358 40 123 4567")
    await room.all_done()
    assert len(room.office.taken) == 2


async def test_who_reads_plain_finnish_gets_plain_finnish(room: MailRoom) -> None:
    await room.changes(room.amal, language="fi-simple")
    await room.hears(MentorReady)
    await room.all_done()
    [mail] = room.got("amal@example.org")
    assert mail["Content-Language"] == "fi-simple"
    assert "Olet nyt valmis mentoriksi. Kiitos!" in text_of(mail)
    assert [each.language for each in await room.sent()] == ["fi-simple"]


async def test_who_reads_a_language_without_letters_gets_the_default(room: MailRoom) -> None:
    await room.changes(room.amal, language="so")
    await room.hears(MentorReady)
    await room.all_done()
    assert [mail["Content-Language"] for mail in room.got("amal@example.org")] == ["en"]


async def test_an_invitation_has_title_time_and_place(room: MailRoom) -> None:
    title = {"fi": "Starttitapaaminen", "en": "Start meeting"}
    await room.hears(ParticipantInvited, kind="start", title=title, place="Oodi")
    await room.all_done()
    [mail] = room.office.letters("start-invitation")
    for said in ("Gathering: Start meeting", "Monday, 18 January 2027", "12:00", "Place: Oodi"):
        assert said in text_of(mail)


async def test_nobody_gets_a_letter_about_the_end_that_comes_with_the_closing(room: MailRoom) -> None:
    await room.hears(PairEnded, reason="program-closed")
    assert await room.letters() == []


async def test_the_sign_in_letter_has_a_secret_that_was_made_when_it_was_sent(room: MailRoom) -> None:
    await room.office.close()
    gateway = room.world.as_service("people", "gateway")
    request = (await gateway.post("/sign-ins", json={"email": "amal@example.org"})).json()["request_id"]
    await room.world.host("people").settle()
    room.time_passes(3600)
    await room.office.open()
    await room.all_done()
    [mail] = room.office.letters("sign-in")
    [token] = re.findall(r"token=([\w-]+)", text_of(mail))
    redeemed = await gateway.post(f"/sign-ins/{request}/redeem", json={"token": token})
    assert redeemed.json()["person_id"] == room.amal
    assert token not in (await room.letter()).model_dump_json()
    assert all(token.encode() not in each.body for each in room.world.bus.published)


async def test_a_sign_in_that_people_no_longer_knows_is_given_up(room: MailRoom) -> None:
    await room.hears(SignInRequested, request_id="forgotten")
    await room.all_done()
    letter = await room.letter()
    assert (letter.status, [each.reason for each in await room.failed()]) == ("failed", [letter.reason])
    assert room.office.taken == []


async def test_sign_in_letters_go_before_all_others(room: MailRoom) -> None:
    await room.office.close()
    for _ in range(60):
        await room.hears(MentorReady)
    gateway = room.world.as_service("people", "gateway")
    await gateway.post("/sign-ins", json={"email": "amal@example.org"})
    await room.world.host("people").settle()
    sender = room.world.deps("notifications").sender
    assert (await sender._ready())[0].template == "sign-in"
    await room.office.open()
    await room.all_done(30)
    assert len(room.office.taken) == 61


async def test_both_hear_of_a_planned_meeting_and_are_reminded_of_it(room: MailRoom) -> None:
    await room.hears(MeetingPlanned, MEETING, 1, meeting_id=MEETING, revision=0)
    await room.all_done()
    assert len(room.office.letters("meeting-planned")) == 2
    await room.hears(MeetingReminderDue, MEETING, 2, meeting_id=MEETING, revision=0)
    await room.all_done()
    assert len(room.office.letters("meeting-reminder")) == 2


async def test_who_wants_no_reminders_gets_none_but_all_else(room: MailRoom) -> None:
    await room.changes(room.amal, reminders=False)
    await room.hears(MeetingReminderDue, MEETING, 1, meeting_id=MEETING)
    await room.hears(MeetingCancelled, MEETING, 2, meeting_id=MEETING)
    await room.all_done()
    got = [mail["X-Matka-Template"] for mail in room.got("amal@example.org")]
    assert got == ["meeting-cancelled"]


async def test_an_erased_reader_gets_nothing(room: MailRoom) -> None:
    administrator = room.world.as_person("people", "root", ("administrator", "*"))
    await administrator.post(f"/persons/{room.amal}/erase")
    await room.hears(PairFormed)
    await room.all_done()
    assert room.got("amal@example.org") == []
    assert {(letter.person_id, letter.status) for letter in await room.letters()} == {
        (room.amal, "withdrawn"),
        (room.maija, "sent"),
    }


async def test_letters_wait_while_people_is_away(room: MailRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    client = room.world.deps("notifications").sender.client
    call, asked = client.call, asyncio.Event()

    async def away(*_: object, **__: object) -> None:
        asked.set()
        raise Unavailable("people")

    monkeypatch.setattr(client, "call", away)
    await room.hears(MentorReady)
    await asked.wait()
    assert (await room.letter()).status == "waiting"
    monkeypatch.setattr(client, "call", call)
    await room.all_done()
    assert len(room.office.taken) == 1


async def test_a_letter_that_needs_a_busy_service_is_put_off_and_the_others_go(
    room: MailRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = room.world.deps("notifications").sender.client
    forward = client.forward

    async def mint_fails(service: str, method: str, path: str, **given: object) -> httpx2.Response:
        if path.endswith("/mint"):
            return httpx2.Response(500)
        answer: httpx2.Response = await forward(service, method, path, **given)
        return answer

    monkeypatch.setattr(client, "forward", mint_fails)
    await room.hears(SignInRequested, request_id="request")
    await room.becomes(status="waiting", reason="busy", failures=1)
    await room.hears(MentorReady)
    await room.world.bus.drain()
    await until("the other is sent", lambda: bool(room.office.letters("mentor-ready")))


async def test_a_letter_that_cannot_be_written_is_put_off_and_holds_up_nobody(
    room: MailRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    composer = room.world.deps("notifications").sender.composer
    render = composer.writer.render

    def fails_at_first(template: str, language: str, words: dict[str, object]) -> object:
        if template == "mentor-ready" and broken:
            raise KeyError("a word that nobody thought of")
        return render(template, language, words)

    broken = ["yes"]
    monkeypatch.setattr(composer.writer, "render", fails_at_first)
    await room.hears(MentorReady)
    await room.becomes(status="waiting", reason="internal", failures=1)
    await room.hears(PairFormed)
    await until("the others are sent", lambda: len(room.office.letters("pair-formed")) == 2)
    broken.clear()
    room.time_passes(301)
    await room.all_done()
    assert len(room.office.letters("mentor-ready")) == 1


async def test_a_reader_whose_address_cannot_be_one_is_given_up(
    room: MailRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = room.world.deps("notifications").sender.client
    call = client.call

    async def with_a_bad_address(*given: object, **named: object) -> dict[str, list[dict[str, object]]]:
        answer: dict[str, list[dict[str, object]]] = await call(*given, **named)
        return {"persons": [person | {"email": "nobody"} for person in answer["persons"]]}

    monkeypatch.setattr(client, "call", with_a_bad_address)
    await room.hears(MentorReady)
    await room.all_done()
    assert [each.reason for each in await room.failed()] == ["bad-address"]
