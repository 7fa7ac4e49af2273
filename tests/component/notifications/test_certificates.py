"""A certificate goes to its holder as an attachment, the very file that is on the register."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matka_certificates.main import SERVICE as CERTIFICATES
from matka_contracts.certificates import CertificateReleased
from matka_kit.testing import World
from matka_notifications.main import SERVICE as NOTIFICATIONS
from matka_people.main import SERVICE as PEOPLE
from tests.support.mail_room import MailRoom, text_of
from tests.support.mothers_certificates import JULY
from tests.support.post_office import PostOffice
from tests.support.register import check_file, issued, program_closes
from tests.support.waiting import until


@pytest.fixture
async def room(tmp_path: Path, office: PostOffice) -> AsyncIterator[MailRoom]:
    settings = {"smtp_url": office.url, "public_url": "https://matka.example.org"}
    async with World(tmp_path, [PEOPLE, CERTIFICATES, NOTIFICATIONS], JULY, settings) as world:
        room = MailRoom(world, office)
        await room.settle_in()
        yield room


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


async def test_a_certificate_that_is_no_longer_handed_out_is_not_mailed(room: MailRoom) -> None:
    await room.hears(CertificateReleased, certificate_id="11111111-1111-5111-8111-111111111111")
    await room.all_done()
    assert room.office.taken == []
    assert [each.template for each in await room.failed()] == ["certificate"]
