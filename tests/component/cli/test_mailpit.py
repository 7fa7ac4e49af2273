"""Mails are fetched from Mailpit once each, in the order of their arrival, also while more arrive."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from matka_cli.backing import mailpit
from matka_cli.backing.received import Received


class Mailbox:
    """Answers as Mailpit's API does: the newest first, a page at a time."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, str]] = []  # id and moment of arrival
        self.asked: list[str] = []

    def answer(self, url: str) -> bytes:
        self.asked.append(url)
        where = urlsplit(url)
        if where.path.endswith("/raw"):
            return f"X-Matka-Template: {where.path.split('/')[-2]}\n\nhello\n".encode()
        query = parse_qs(where.query)
        start, limit = int(query["start"][0]), int(query["limit"][0])
        page = [*reversed(self.mails)][start : start + limit]
        to = [{"Name": "Anna", "Address": "anna@example.org"}]
        summaries = [{"ID": id_, "Created": moment, "To": to} for id_, moment in page]
        return json.dumps({"messages": summaries}).encode()


@pytest.fixture
def box() -> Iterator[tuple[Mailbox, str]]:
    mailbox = Mailbox()

    class Api(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = mailbox.answer(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield mailbox, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def templates(folder: Path) -> list[str]:
    return [path.name.split("-")[1] for _, path in Received(folder).files()]


async def test_mails_are_numbered_in_the_order_of_arrival(box: tuple[Mailbox, str], tmp_path: Path) -> None:
    mailbox, page = box
    moments = ["10:00:00Z", "10:00:00.5Z", "10:00:00.51Z", "10:00:01.001Z"]
    mailbox.mails = [(f"m{number}", f"2026-11-23T{moment}") for number, moment in enumerate(moments)]
    assert await mailpit.collect(page, tmp_path) == 4
    assert templates(tmp_path) == ["m0", "m1", "m2", "m3"]


async def test_a_mail_of_the_same_moment_as_the_last_is_not_taken_for_it(
    box: tuple[Mailbox, str], tmp_path: Path
) -> None:
    mailbox, page = box
    mailbox.mails = [("first", "2026-11-23T10:00:00.5Z")]
    await mailpit.collect(page, tmp_path)
    mailbox.mails.append(("second", "2026-11-23T10:00:00.5Z"))
    await mailpit.collect(page, tmp_path)
    assert templates(tmp_path) == ["first", "second"]


async def test_only_the_pages_with_news_are_asked_for(
    box: tuple[Mailbox, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailpit, "PAGE", 2)
    mailbox, page = box
    mailbox.mails = [(f"m{number}", f"2026-11-23T10:00:0{number}Z") for number in range(7)]
    assert await mailpit.collect(page, tmp_path) == 7
    assert templates(tmp_path) == [f"m{number}" for number in range(7)]
    mailbox.asked.clear()
    assert await mailpit.collect(page, tmp_path) == 7
    assert mailbox.asked == ["/api/v1/messages?start=0&limit=2"]
