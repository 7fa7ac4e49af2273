"""Letters say who runs the programs and how they are reached, where the installation knows."""

from pathlib import Path

from matka_contracts.pairing import ApplicationReceived
from matka_kit.testing import World
from matka_notifications.main import SERVICE as NOTIFICATIONS
from matka_people.main import SERVICE as PEOPLE
from tests.support.mail_room import MailRoom, text_of
from tests.support.mothers_notifications import NOON
from tests.support.post_office import PostOffice


async def test_letters_end_with_who_runs_the_programs_and_answers_go_there(
    tmp_path: Path, office: PostOffice
) -> None:
    settings = {
        "smtp_url": office.url,
        "public_url": "https://matka.example.org",
        "organisation": "Silta ry & ystävät",
        "contact": "tiimi@silta.example",
    }
    async with World(tmp_path, [PEOPLE, NOTIFICATIONS], NOON, settings) as world:
        room = MailRoom(world, office)
        await room.settle_in()
        await room.hears(ApplicationReceived)
        await room.all_done()
    [mail] = office.letters("application-received")
    assert mail["Reply-To"] == "tiimi@silta.example"
    assert text_of(mail).rstrip().splitlines()[-2:] == ["Silta ry & ystävät", "tiimi@silta.example"]
    html = mail.get_body(("html",))
    assert html is not None
    assert "Silta ry &amp; ystävät" in html.get_content()
