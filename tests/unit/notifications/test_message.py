"""A letter in Internet format: one recipient, whatever they are called, and no header of their making."""

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matka_notifications.message import Attachment, BadAddress, CalendarPart, message_of, printable
from tests.support.mothers_notifications import a_mail
from tests.support.mothers_notifications import received as as_received

LINES = {"To", "From", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Matka-Template"}
LINES |= {"MIME-Version", "Content-Type", "Content-Language"}
NAMES = st.text(min_size=1, max_size=300) | st.text('",;:@<>()\\[] \r\n=?äص', min_size=1, max_size=300)


def received(**otherwise: object) -> EmailMessage:
    """The mail as its recipient's program reads it."""
    return as_received(a_mail(**otherwise))


def test_a_mail_has_what_it_needs() -> None:
    mail = received()
    assert set(mail.keys()) == LINES
    assert mail["To"] == "Amal Haddad <amal@example.org>"
    assert mail["From"] == "Matka <matka@example.org>"
    assert mail["Date"] == "Mon, 18 Jan 2027 10:00:00 +0000"
    assert mail["Message-ID"] == "<event.amal.pair-formed@example.org>"
    assert (mail["Auto-Submitted"], mail["Content-Language"]) == ("auto-generated", "en")
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_text_of_any_script_arrives() -> None:
    mail = received(
        text="Hei أمل\n" + "ሰላም " * 300 + "\n", html="<p>Tiếng Việt</p>\n", subject="Tervetuloa, Åsa"
    )
    text, markup = mail.iter_parts()
    assert text.get_content().startswith("Hei أمل\r\nሰላም")
    assert markup.get_content() == "<p>Tiếng Việt</p>\r\n"
    assert mail["Subject"] == "Tervetuloa, Åsa"


def test_a_file_goes_along() -> None:
    mail = received(attachments=[Attachment("MTK-2027.pdf", "application/pdf", b"%PDF-1.7\x00\xff")])
    [file] = mail.iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("MTK-2027.pdf", "application/pdf")
    assert file.get_content() == b"%PDF-1.7\x00\xff"
    assert mail["Content-Language"] == "en"


def test_a_mail_that_may_be_stopped_says_where_on_one_line() -> None:
    url = f"https://matka.example.org/stop/{'a' * 300}.{'b' * 22}"
    wire = message_of(a_mail(stop_url=url)).as_bytes()
    assert f"\r\nList-Unsubscribe: <{url}>\r\n".encode() in wire
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in wire
    assert b"List-Unsubscribe" not in message_of(a_mail()).as_bytes()


def test_an_invitation_stands_beside_the_text_and_goes_along_as_a_file() -> None:
    mail = received(calendar=CalendarPart("REQUEST", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"))
    alternatives, file = mail.iter_parts()
    invitation = list(alternatives.iter_parts())[-1]
    assert invitation.get_content_type() == "text/calendar"
    assert invitation["Content-Type"].params == {"charset": "utf-8", "method": "REQUEST"}
    assert (file.get_filename(), file.get_content_type()) == ("invite.ics", "application/ics")


def test_a_long_message_id_arrives_as_it_is() -> None:
    long = f"<{'01890a5d-ac96-774b-bcce-b302099a8057.' * 3}meeting-reminder@notifications.matka.example.org>"
    wire = message_of(a_mail(message_id=long)).as_bytes()
    assert f"Message-ID: {long}\r\n".encode() in wire


@given(NAMES)
@example('Haddad, Amal "the first" (really)')
@example("x\r\nBcc: everybody@example.org")
@example("x\u2028Bcc: everybody@example.org")
@example("Amal <boss@example.org>,")
@example('"' * 300)
@example("Wolfeschlegelsteinhausenbergerdorff, " * 8)
@example("ناصر، " * 50)
@example("=?utf-8?q?Bcc?=")
@example("\u202e")
@example("ä" + "\U0001f600" * 299)
def test_a_name_of_whatever_kind_makes_one_recipient_and_no_header(name: str) -> None:
    wire = message_of(a_mail(recipient_name=name)).as_bytes()
    mail = message_from_bytes(wire)
    assert set(mail.keys()) == LINES
    [(encoded, address)] = getaddresses([mail["To"]])
    assert address == "amal@example.org"
    assert str(make_header(decode_header(encoded))) == printable(name)
    words = re.findall(rb"=\?[^?]*\?[^?]*\?[^?]*\?=", wire.partition(b"\r\nFrom:")[0])
    assert all(len(word) <= 75 for word in words), "RFC 2047 takes no longer ones"


@given(st.text(max_size=200) | st.text("\r\n\u2028 :Bcc", max_size=50))
def test_a_subject_of_whatever_kind_makes_no_header(subject: str) -> None:
    assert set(received(subject=subject).keys()) == LINES


@pytest.mark.parametrize(
    "address",
    [
        "",
        "amal",
        "amal@",
        "@example.org",
        "a b@example.org",
        "amal@example.org\r\nBcc: x@example.org",
        "amal@example.org,bo@example.org",
        "<amal@example.org>",
        "ämal@example.org",
        "amal@exämple.org",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadAddress):
        message_of(a_mail(recipient=address))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Amal\u202eHaddad\u2069", "AmalHaddad"),
        ("  Amal \t\r\n Haddad\x00\x1b ", "Amal Haddad"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u2028b\u2029c", "a b c"),
        ("a\ud800b", "a b"),
    ],
)
def test_control_and_turning_characters_go_and_joiners_stay(text: str, shown: str) -> None:
    assert printable(text) == shown
