"""The mailboxes of a rehearsal: every mail read once, in order, and what stands in it found."""

from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from pathlib import Path

import pytest

from matka_cli.backing.choice import Backing
from matka_cli.backing.received import Received
from matka_cli.backing.serving import Serving
from matka_cli.rehearse.mailroom import Mailroom, read_mail
from matka_cli.stack import Options, Stack

MOMENT = datetime(2027, 1, 18, 10, tzinfo=UTC)
LINK = "http://localhost:8000/sign-in/request-1?token=abc_DEF-123"


def a_mail(text: str = "Hei!", *, to: str = "amal@example.org", name: str = "أمل, حداد") -> EmailMessage:
    message = EmailMessage()
    message["To"] = Address(name, addr_spec=to)
    message["Date"] = MOMENT
    message["X-Matka-Template"] = "sign-in"
    message.set_content(text)
    message.add_alternative(f"<p>{text}</p>", subtype="html")
    message["Content-Language"] = "en"
    return message


def stored(folder: Path, message: EmailMessage, number: int = 1) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{number:05}-sign-in-amal@example.org.eml"
    path.write_bytes(bytes(message))
    return path


async def nothing(_url: str, _rungs: tuple[int, ...]) -> None:
    """A stack that is never started needs no preparation."""


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """A stack that is not running: its folder of mails is all that is asked for."""
    never = Stack(Options(tmp_path), nothing)
    serving = Serving("embedded", "", "")
    never.backing = Backing(serving, serving, serving, {})
    return never


def test_a_mail_says_for_whom_it_is_and_what_it_is(tmp_path: Path) -> None:
    mail = read_mail(stored(tmp_path, a_mail("Tervetuloa, Åsa – مرحبا")))
    assert (mail.recipient, mail.template, mail.language) == ("amal@example.org", "sign-in", "en")
    assert mail.text.strip() == "Tervetuloa, Åsa – مرحبا"


def test_the_link_to_sign_in_is_found_in_the_plain_text(tmp_path: Path) -> None:
    mail = read_mail(stored(tmp_path, a_mail(f"Sign in:\n\n{LINK}\n\nor by code 123456.")))
    assert mail.sign_in == ("request-1", "abc_DEF-123")


def test_a_long_link_is_found_whole_whatever_the_encoding_of_the_mail(tmp_path: Path) -> None:
    token = "x" * 300
    mail = read_mail(stored(tmp_path, a_mail(f"Kirjaudu sisään: {LINK[:-11]}{token}\nÄlä jaa linkkiä.")))
    assert mail.sign_in == ("request-1", token)


def test_a_mail_without_link_is_named_when_one_is_looked_for(tmp_path: Path) -> None:
    mail = read_mail(stored(tmp_path, a_mail()))
    with pytest.raises(ValueError, match=r"00001-sign-in-amal@example\.org\.eml: no sign-in link"):
        _ = mail.sign_in


def test_the_certificate_is_the_attached_pdf_and_nothing_else(tmp_path: Path) -> None:
    message = a_mail()
    assert read_mail(stored(tmp_path, message)).attachment() is None
    message.add_attachment(b"not it", maintype="image", subtype="png", filename="logo.png")
    message.add_attachment(b"%PDF-1.7", maintype="application", subtype="pdf", filename="MTK.pdf")
    assert read_mail(stored(tmp_path, message)).attachment() == b"%PDF-1.7"


def test_a_mail_of_somebody_else_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    message = EmailMessage()
    message["To"], message["Date"] = "amal@example.org", MOMENT
    message.set_content("<p>Hei</p>", subtype="html")
    mail = read_mail(stored(tmp_path, message))
    assert (mail.template, mail.language, mail.text) == ("unknown", "", "")


async def test_every_mail_is_read_once_and_in_the_order_of_arrival(stack: Stack) -> None:
    room = Mailroom(stack)
    assert await room.fresh() == []
    kept = Received(stack.mail_folder)
    for number in range(3):
        kept.keep(bytes(a_mail(f"Mail {number}")), ["amal@example.org"])
    assert [mail.text.strip() for mail in await room.fresh()] == ["Mail 0", "Mail 1", "Mail 2"]
    kept.keep(bytes(a_mail("Mail 3")), ["amal@example.org"])
    (stack.mail_folder / ".00005.part").write_bytes(b"half a mail")
    assert [mail.text.strip() for mail in await room.fresh()] == ["Mail 3"]
    assert await room.fresh() == []
    assert [mail.text.strip() for mail in room.all] == ["Mail 0", "Mail 1", "Mail 2", "Mail 3"]


async def test_the_order_holds_past_a_hundred_thousand_mails(stack: Stack) -> None:
    for number in (100_000, 99_999):
        stored(stack.mail_folder, a_mail(f"Mail {number}"), number)
    assert [mail.text.strip() for mail in await Mailroom(stack).fresh()] == ["Mail 99999", "Mail 100000"]


async def test_an_inbox_is_as_it_was_when_the_moment_began_and_has_the_newest_first(stack: Stack) -> None:
    room, kept = Mailroom(stack), Received(stack.mail_folder)

    async def texts(moment: int, template: str = "sign-in") -> list[str]:
        return [mail.text.strip() for mail in await room.inbox("amal@example.org", template, moment)]

    for number in range(2):
        kept.keep(bytes(a_mail(f"Mail {number}")), ["amal@example.org"])
    kept.keep(bytes(a_mail("Not hers", to="bo@example.org")), ["bo@example.org"])
    assert await texts(1) == ["Mail 1", "Mail 0"]
    assert await texts(1, "meeting-log") == []
    kept.keep(bytes(a_mail("Mail 2")), ["amal@example.org"])
    assert await texts(1) == ["Mail 1", "Mail 0"], "the folder is not listed again for each who looks"
    assert await texts(2) == ["Mail 2", "Mail 1", "Mail 0"]
