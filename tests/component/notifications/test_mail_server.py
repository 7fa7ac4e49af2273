"""What the mail server may do: refuse for now or for good, hang up, be late, be away."""

import asyncio
import ssl

import pytest

from matka_contracts.pairing import MentorReady, PairFormed
from matka_kit.errors import Unavailable
from matka_notifications import mail
from matka_notifications.mail import Mailer, OutcomeUnknown, PermanentRefusal, TemporaryRefusal
from matka_notifications.message import message_of
from tests.support.mail_room import MailRoom
from tests.support.mothers_notifications import a_mail
from tests.support.post_office import PostOffice

_PATIENCE = 300.0


async def test_who_is_refused_for_now_comes_back_later_with_the_same_mail(room: MailRoom) -> None:
    room.office.at_dot.append("451 4.7.1 greylisted")
    await room.hears(MentorReady)
    await room.becomes(status="waiting", reason="smtp-451", failures=1)
    room.time_passes(290)
    assert await room.world.deps("notifications").sender.send_waiting() == 0
    room.time_passes(20)
    await room.all_done()
    assert len(room.office.taken) == 1
    assert len(room.office.tried) == 2
    assert len(set(room.office.tried)) == 1, "the same Message-ID"
    assert len(await room.sent()) == 1


@pytest.mark.parametrize("where", ["at_rcpt", "at_dot"])
async def test_who_is_refused_for_good_is_given_up_and_the_others_get_theirs(
    room: MailRoom, where: str
) -> None:
    room.office.connections = 0
    getattr(room.office, where).append("550 5.1.1 no such mailbox")
    await room.hears(PairFormed)
    await room.all_done()
    assert len(room.office.taken) == 1
    [failed] = await room.failed()
    assert failed.reason == "smtp-550"
    assert sorted(letter.status for letter in await room.letters()) == ["failed", "sent"]


async def test_a_sender_who_is_not_welcome_keeps_the_letter(room: MailRoom) -> None:
    room.office.at_mail.append("550 5.7.1 we do not know you")
    await room.hears(MentorReady)
    await room.becomes(status="waiting", reason="smtp-550", failures=1)
    room.time_passes(301)
    await room.all_done()
    assert len(room.office.taken) == 1


async def test_after_two_days_of_refusals_a_letter_is_given_up(room: MailRoom) -> None:
    room.office.at_rcpt.extend(["450 4.2.0 mailbox busy"] * 2)
    await room.hears(MentorReady)
    await room.becomes(status="waiting", failures=1)
    room.time_passes(48 * 3600 + 1)
    await room.all_done()
    assert [each.reason for each in await room.failed()] == ["smtp-450"]


async def test_letters_wait_while_the_server_is_away_and_go_when_it_is_back(room: MailRoom) -> None:
    await room.office.close()
    for _ in range(3):
        await room.hears(MentorReady)
    letters = await room.letters()
    assert {letter.failures for letter in letters} == {0}
    assert (await room.world.as_nobody("notifications").get("/activity")).json()["waiting"] == 3
    await room.office.open()
    await room.all_done()
    assert len(room.office.taken) == 3
    assert {letter.failures for letter in await room.letters()} == {0}, "it was nobody's failure"


@pytest.mark.parametrize("answer", ["421 4.3.2 going down", "hang up"])
async def test_a_server_that_does_not_even_greet_is_away(room: MailRoom, answer: str) -> None:
    room.office.at_hello.extend([answer] * 4)  # HELO is tried where EHLO is refused
    await room.hears(MentorReady)
    await room.all_done()
    assert len(room.office.taken) == 1
    assert {letter.failures for letter in await room.letters()} == {0}


async def test_a_connection_lost_before_the_mail_is_nobodys_failure(room: MailRoom) -> None:
    room.office.at_rcpt.append("hang up")
    await room.hears(MentorReady)
    await room.all_done()
    assert (len(room.office.taken), len(room.office.tried)) == (1, 1)
    assert (await room.letter()).failures == 0


@pytest.mark.parametrize(
    ("where", "answer", "copies"),
    [("at_data", "hang up", 1), ("at_dot", "hang up", 1), ("at_dot", "taken, then hang up", 2)],
)
async def test_a_connection_lost_with_the_mail_is_tried_again_with_the_same_mail_after_a_while(
    room: MailRoom, where: str, answer: str, copies: int
) -> None:
    getattr(room.office, where).append(answer)
    await room.hears(MentorReady)
    await room.becomes(status="waiting", reason="smtp-lost", failures=1)
    room.time_passes(11)
    await room.all_done()
    assert len(room.office.taken) == copies, "in this gap alone a mail may come twice"
    assert len({each["Message-ID"] for each in room.office.taken}) == 1
    assert len(await room.sent()) == 1


async def test_a_server_that_always_hangs_up_is_asked_less_and_less_often(room: MailRoom) -> None:
    room.office.at_dot.extend(["taken, then hang up"] * 6)
    await room.hears(MentorReady)
    await room.becomes(failures=1)
    for failures, wait in ((2, 11), (3, 21), (4, 41)):
        room.time_passes(wait)
        await room.becomes(status="waiting", failures=failures)
    assert len(room.office.taken) == 4


async def test_a_server_that_takes_its_time_over_the_final_dot_gets_the_mail_once(
    room: MailRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "_COMMAND_SECONDS", 0.3)
    room.office.at_dot.append("late")
    await room.hears(MentorReady)
    await room.all_done()
    assert len(room.office.tried) == 1


async def test_a_server_that_takes_too_long_has_perhaps_taken_it(office: PostOffice) -> None:
    office.at_dot.append("late")
    mailer = Mailer(office.url, 1, 0.1)
    with pytest.raises(OutcomeUnknown):
        await mailer.send(message_of(a_mail()))
    await mailer.close()


async def test_a_connection_is_used_again_and_a_few_at_a_time_are_enough(office: PostOffice) -> None:
    mailer = Mailer(office.url, 2, _PATIENCE)
    await asyncio.gather(*(mailer.send(message_of(a_mail())) for _ in range(10)))
    assert (len(office.taken), office.connections) == (10, 2)
    await mailer.close()


async def test_a_connection_that_was_cut_while_idle_is_replaced(office: PostOffice) -> None:
    mailer = Mailer(office.url, 1, _PATIENCE)
    await mailer.send(message_of(a_mail()))
    office.cut_off()
    sent = 0
    while sent < 1:
        try:
            await mailer.send(message_of(a_mail()))
        except Unavailable:
            continue  # noticed only now; nothing was sent
        sent += 1
    assert (len(office.taken), office.connections) == (2, 2)
    await mailer.close()


async def test_after_anything_but_a_clean_reply_the_connection_is_closed(office: PostOffice) -> None:
    mailer = Mailer(office.url, 1, _PATIENCE)
    for where, answer, error in (
        (office.at_rcpt, "450 later", TemporaryRefusal),
        (office.at_rcpt, "550 never", PermanentRefusal),
        (office.at_dot, "452 full", TemporaryRefusal),
        (office.at_dot, "554 spam", PermanentRefusal),
    ):
        where.append(answer)
        with pytest.raises(error, match=answer[:3]):
            await mailer.send(message_of(a_mail()))
    await mailer.send(message_of(a_mail()))
    assert office.connections == 5
    await mailer.close()


async def test_a_wrong_password_is_no_letters_fault(office: PostOffice) -> None:
    mailer = Mailer(office.url.replace("//", "//matka:wrong%20password@"), 1, _PATIENCE)
    with pytest.raises(Unavailable, match="smtp is away"):
        await mailer.send(message_of(a_mail()))
    assert office.tried == []


async def test_where_encryption_is_asked_for_nothing_goes_without_it(office: PostOffice) -> None:
    for scheme in ("smtps", "smtp+starttls"):
        mailer = Mailer(office.url.replace("smtp", scheme), 1, _PATIENCE)
        with pytest.raises(Unavailable):
            await mailer.send(message_of(a_mail()))
    assert office.tried == []
    assert ssl.HAS_TLSv1_3


async def test_saying_goodbye_to_a_server_that_is_gone_does_not_hurt(office: PostOffice) -> None:
    mailer = Mailer(office.url, 2, _PATIENCE)
    await asyncio.gather(*(mailer.send(message_of(a_mail())) for _ in range(2)))
    office.at_quit.append("hang up")
    await mailer.close()
    await mailer.send(message_of(a_mail()))
    await office.close()
    await mailer.close()


@pytest.mark.parametrize("url", ["http://mail", "smtp://", "mail.example.org", ""])
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="MATKA_SMTP_URL"):
        Mailer(url, 1, _PATIENCE)


@pytest.mark.parametrize(
    ("url", "port"),
    [("smtp://m", 25), ("smtps://m", 465), ("smtp+starttls://m", 587), ("smtp://m:2525", 2525)],
)
def test_each_way_has_its_usual_port(url: str, port: int) -> None:
    assert Mailer(url, 1, _PATIENCE)._client().port == port
