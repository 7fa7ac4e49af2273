"""The mailbox: mails become files in order of arrival, and the page shows them without trusting them."""

import asyncio
import smtplib
import socket
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import httpx2
import pytest

from matka_cli.backing import probes
from matka_cli.backing.mailbox import Mailbox
from matka_cli.backing.mishaps import Mishap, Mishaps
from matka_cli.backing.received import Received
from tests.support.waiting import until

SCRIPT = "<script>parent.location = '/stolen'</script>"


def a_mail(to: str = "amina@example.org", template: str = "sign-in") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = (
        "Matka <matka@example.org>",
        to,
        f"Tervetuloa <b>{template}</b> أمينة",
    )
    mail["X-Matka-Template"] = template
    mail.set_content("Open https://example.org/sign-in?token=1 <now>")
    mail.add_alternative(f"<p>Open <a href='https://example.org/'>this</a>{SCRIPT}</p>", subtype="html")
    mail.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="todistus ä.html")
    return mail


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[tuple[int, httpx2.AsyncClient, Path]]:
    smtp, page = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
    smtp_port, page_port = smtp.getsockname()[1], page.getsockname()[1]
    mailbox = Mailbox(tmp_path, smtp, page)
    serving = asyncio.create_task(mailbox.serve())
    await until("the mail server greets", lambda: probes.smtp(f"smtp://127.0.0.1:{smtp_port}"))
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{page_port}") as client:
        yield smtp_port, client, tmp_path
    mailbox.stop()
    await serving


def send(port: int, mail: EmailMessage, *to: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
        client.send_message(mail, to_addrs=to or None)


async def test_mails_become_files_in_order_of_arrival(box: tuple[int, httpx2.AsyncClient, Path]) -> None:
    port, _, folder = box
    await asyncio.to_thread(send, port, a_mail())
    await asyncio.to_thread(send, port, a_mail("bo@example.org", "../../start"))
    await asyncio.to_thread(send, port, a_mail(template="reminder"), "c@example.org", "d@example.org")
    assert sorted(path.name for path in folder.iterdir()) == [
        "00001-sign-in-amina@example.org.eml",
        "00002-_.._start-bo@example.org.eml",
        "00003-reminder-c@example.org.eml",
        "00004-reminder-d@example.org.eml",
    ]


async def test_a_mishap_that_was_wished_for_happens_and_is_taken_down(
    box: tuple[int, httpx2.AsyncClient, Path],
) -> None:
    port, _, folder = box
    mishaps = Mishaps(folder)
    mishaps.wish(Mishap.REFUSES)
    with pytest.raises(smtplib.SMTPDataError, match="not now"):
        await asyncio.to_thread(send, port, a_mail())
    assert not [*folder.glob("*.eml")]
    mishaps.wish(Mishap.DROPS)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        await asyncio.to_thread(send, port, a_mail())
    assert len([*folder.glob("*.eml")]) == 1, "it was taken all the same"
    mishaps.wish(Mishap.STALLS)
    sending = asyncio.create_task(asyncio.to_thread(send, port, a_mail()))
    await until("the mail is taken", lambda: len([*folder.glob("*.eml")]) == 2)
    assert not sending.done()
    mishaps.forget()
    await sending
    assert mishaps.counted() == {Mishap.REFUSES: 1, Mishap.DROPS: 1, Mishap.STALLS: 1}


def test_numbers_go_on_where_an_earlier_run_stopped(tmp_path: Path) -> None:
    Received(tmp_path).keep(a_mail().as_bytes(), ["a@example.org"])
    Received(tmp_path).keep(a_mail().as_bytes(), ["b@example.org"])
    assert [number for number, _ in Received(tmp_path).files()] == [1, 2]


async def test_the_page_lists_the_newest_first(box: tuple[int, httpx2.AsyncClient, Path]) -> None:
    port, client, _ = box
    await asyncio.to_thread(send, port, a_mail())
    await asyncio.to_thread(send, port, a_mail("bo@example.org", "reminder"))
    everything = (await client.get("/")).text
    assert everything.index("bo@example.org") < everything.index("amina@example.org"), "newest first"
    assert "Tervetuloa &lt;b&gt;sign-in&lt;/b&gt; أمينة" in everything


def keep(folder: Path, *headers: str) -> None:
    """A mail with these headers as they would pass the wire."""
    Received(folder).keep("\r\n".join([*headers, "", "text"]).encode(), ["a@example.org"])


@pytest.mark.parametrize("words", ["río", "ANNA", "amina@", "tervetuloa anna", "reminder"])
async def test_mails_are_found_by_subject_name_address_and_template(
    words: str, box: tuple[int, httpx2.AsyncClient, Path]
) -> None:
    _, client, folder = box
    name = "=?utf-8?q?Anna_del_R?=\r\n =?utf-8?b?w61v?="
    subject = "Subject: =?utf-8?q?Tervetuloa?="
    keep(folder, f"To: {name} <amina@example.org>", subject, "X-Matka-Template: reminder")
    keep(folder, "To: Bo <bo@example.org>", "Subject: Other", "X-Matka-Template: sign-in")
    found = (await client.get("/", params={"q": words})).text
    assert "<bdi>Anna del Río</bdi> &lt;<bdi>amina@example.org</bdi>&gt;" in found
    assert "1 found" in found
    assert "bo@example.org" not in found


@pytest.mark.parametrize(
    "header",
    ["=?utf-8?b?w?= <a@example.org>", "=?klingon?q?x?= <a@example.org>", "nobody", "Ä <a@example.org>"],
)
async def test_headers_of_any_kind_are_shown(header: str, box: tuple[int, httpx2.AsyncClient, Path]) -> None:
    _, client, folder = box
    keep(folder, f"To: {header}", "Date: yesterday")
    for path in ("/", "/mail/1"):
        answer = await client.get(path)
        assert answer.status_code == 200
        assert header.partition(" <")[0] in answer.text


async def test_the_list_has_pages_to_newer_and_older_mails(
    box: tuple[int, httpx2.AsyncClient, Path],
) -> None:
    _, client, folder = box
    for number in range(1, 104):
        keep(folder, f"To: p{number}@example.org", f"Subject: {'odd' if number % 2 else 'even'}")
    first, last = [(await client.get("/", params={"page": page})).text for page in (1, 3)]
    assert ("p103@" in first, "p53@" in first, "p1@" in last) == (True, False, True)
    assert ("Newer" in first, "Older" in first) == (False, True)
    assert ("Newer" in last, "Older" in last) == (True, False)
    odd = (await client.get("/", params={"q": "odd", "page": 2})).text
    assert "51 to 52 of 52" in odd
    assert 'href="/?q=odd&amp;page=1"' in odd


async def test_a_mail_is_shown_without_being_trusted(box: tuple[int, httpx2.AsyncClient, Path]) -> None:
    port, client, _ = box
    await asyncio.to_thread(send, port, a_mail())
    page = await client.get("/mail/1")
    assert '<a href="https://example.org/sign-in?token=1"' in page.text
    assert "&lt;now&gt;" in page.text
    assert SCRIPT not in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    html = await client.get("/mail/1/html")
    assert SCRIPT in html.text
    policy = html.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy


async def test_an_attachment_is_a_download_whatever_it_says_it_is(
    box: tuple[int, httpx2.AsyncClient, Path],
) -> None:
    port, client, _ = box
    await asyncio.to_thread(send, port, a_mail())
    download = await client.get("/mail/1/attachments/0")
    assert download.content == b"%PDF-"
    assert download.headers["content-type"] == "application/octet-stream"
    assert download.headers["content-disposition"] == "attachment; filename*=UTF-8''todistus%20%C3%A4.html"
    assert download.headers["x-content-type-options"] == "nosniff"


async def test_what_is_not_there_is_not_found(box: tuple[int, httpx2.AsyncClient, Path]) -> None:
    _, client, _ = box
    for path in ("/mail/1", "/mail/1/html", "/mail/1/attachments/0", "/mail/first", "/nowhere", "/?page=0"):
        answer = await client.get(path)
        assert answer.status_code == 404
        assert "There is nothing at this address" in answer.text


async def test_another_sites_name_does_not_open_the_mailbox(
    box: tuple[int, httpx2.AsyncClient, Path],
) -> None:
    _, client, _ = box
    assert (await client.get("/", headers={"Host": "evil.example"})).status_code == 400
