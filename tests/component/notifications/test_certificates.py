"""A certificate goes to its holder as an attachment, the very file that is on the register."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from matka_certificates.main import SERVICE as CERTIFICATES
from matka_contracts.certificates import CertificateReleased, CertificateReplaced
from matka_kit.testing import World
from matka_notifications.main import SERVICE as NOTIFICATIONS
from matka_people.main import SERVICE as PEOPLE
from tests.support.mail_room import MailRoom, text_of
from tests.support.mothers_certificates import JULY, closed
from tests.support.people import rename
from tests.support.post_office import PostOffice
from tests.support.register import check_file, issued, of_program, program_closes
from tests.support.telling import announce
from tests.support.waiting import until


@pytest.fixture
async def room(tmp_path: Path, office: PostOffice) -> AsyncIterator[MailRoom]:
    settings = {"smtp_url": office.url, "public_url": "https://matka.example.org"}
    async with World(tmp_path, [PEOPLE, CERTIFICATES, NOTIFICATIONS], JULY, settings) as world:
        room = MailRoom(world, office)
        await room.settle_in()
        yield room


async def are_released(room: MailRoom, count: int) -> bool:
    """Whether so many editions have been released, while no letter can be sent."""
    for service in ("people", "certificates"):
        await room.world.host(service).settle()
    await room.world.bus.drain()
    return len(room.world.published(CertificateReleased)) == count


async def test_the_letter_has_the_certificate_and_where_to_check_it(room: MailRoom) -> None:
    certificate = await issued(room.world, room.amal)
    await program_closes(room.world)
    await until("the letter is sent", lambda: bool(room.office.letters("certificate")), 30)
    [mail] = room.office.letters("certificate")
    [file] = mail.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == (
        f"{certificate['number']}.pdf",
        "application/pdf",
    )
    content = file.get_content()
    assert content.startswith(b"%PDF")
    assert (await check_file(room.world, content)).json()["status"] == "valid"
    assert f"https://matka.example.org/verify/{certificate['number']}" in text_of(mail)
    await room.all_done()
    assert len(room.office.taken) == 1


async def test_a_certificate_that_is_replaced_after_it_was_mailed_is_mailed_anew(room: MailRoom) -> None:
    first = await issued(room.world, room.amal)
    await program_closes(room.world)
    await until("the letter is sent", lambda: bool(room.office.letters("certificate")), 30)
    await rename(room.world, room.amal, "Amal Virtanen")
    await until("the new one is sent", lambda: bool(room.office.letters("certificate-replaced")), 30)
    await room.all_done()
    [certificate] = await of_program(room.world)
    [mail] = room.office.letters("certificate-replaced")
    [file] = mail.iter_attachments()
    assert certificate["number"] != first["number"]
    assert file.get_filename() == f"{certificate['number']}.pdf"
    assert (await check_file(room.world, file.get_content())).json()["holder_name"] == "Amal Virtanen"
    assert "Hello Amal Virtanen," in text_of(mail)
    assert first["number"] not in text_of(mail)
    assert len(room.office.letters("certificate")) == 1


async def test_a_letter_with_an_edition_that_was_replaced_meanwhile_is_not_sent(room: MailRoom) -> None:
    await issued(room.world, room.amal)
    await room.office.close()
    await announce(room.world, closed(), subject="spring", sequence=9, id="closed")
    await until("it is released", partial(are_released, room, 1), 30)
    await room.changes(room.amal, name="Amal Virtanen")
    await until("the new one is released", partial(are_released, room, 2), 30)
    await room.office.open()
    await room.all_done(30)
    [certificate] = await of_program(room.world)
    sent = [mail for mail in room.office.taken if mail["X-Matka-Template"].startswith("certificate")]
    assert [file.get_filename() for mail in sent for file in mail.iter_attachments()] == [
        f"{certificate['number']}.pdf"
    ]


async def test_news_of_a_release_that_come_late_write_no_letter(room: MailRoom) -> None:
    old, new = ({"certificate_id": "c", "number": number} for number in ("MTK-1", "MTK-2"))
    await room.office.close()
    await room.hears(CertificateReplaced, "c", 3, **new)
    await room.hears(CertificateReleased, "c", 4, **new)
    await room.hears(CertificateReleased, "c", 2, **old)
    assert [(each.template, each.facts["number"]) for each in await room.letters()] == [
        ("certificate", "MTK-2")
    ]


async def test_a_file_that_is_of_another_edition_than_the_letter_waits_for_the_news(room: MailRoom) -> None:
    certificate = await issued(room.world, room.amal)
    number = "MTK-2027-0000-0000-0005"
    await room.hears(CertificateReleased, "c", 1, certificate_id=certificate["id"], number=number)
    await room.becomes(status="waiting", reason="busy", failures=1)
    await room.hears(CertificateReplaced, "c", 2, certificate_id=certificate["id"], number="another")
    room.time_passes(60)
    await room.becomes(status="withdrawn", reason="overtaken")


async def test_a_certificate_that_is_no_longer_handed_out_is_not_mailed(room: MailRoom) -> None:
    await room.hears(CertificateReleased, certificate_id="11111111-1111-5111-8111-111111111111")
    await room.all_done()
    assert room.office.taken == []
    assert [each.template for each in await room.failed()] == ["certificate"]
