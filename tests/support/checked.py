"""A finished rehearsal for the checker to read, and copies of it in which one thing is broken."""

import asyncio
import copy
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx2

from matka_cli.check.asking import Asking, sign_in
from matka_cli.check.checking import judge
from matka_cli.check.cohort import read_cohort
from matka_cli.check.evidence import Evidence
from matka_cli.check.folder import read_folder
from matka_cli.check.inquiry import ask_everything
from matka_cli.check.paper import sha256_of
from matka_cli.check.queues import REHEARSAL_RUNGS, count_queues
from matka_cli.check.violation import Violation
from tests.support.command import MATKA

_READ = ("mail", "certificates", "summary.json", "pairs.csv", "timeline.csv")
_IS_UP = "Matka is up."
Answers = dict[str, Any]


class Recorder(httpx2.AsyncBaseTransport):
    """Passes requests on and keeps the answers."""

    def __init__(self) -> None:
        self._inner = httpx2.AsyncHTTPTransport()
        self.answers: Answers = {}

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(request)
        content = await response.aread()
        if response.status_code == httpx2.codes.OK:
            self.answers[_key(request)] = json.loads(content)
        return httpx2.Response(response.status_code, content=content)

    async def aclose(self) -> None:
        await self._inner.aclose()


class Recorded(httpx2.AsyncBaseTransport):
    """Answers as it was recorded; what was never asked is not there."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        found = self._answers.get(_key(request))
        return httpx2.Response(404, json={}) if found is None else httpx2.Response(200, json=found)


def _key(request: httpx2.Request) -> str:
    return f"{request.method} {request.url.path}?{request.url.query.decode()} {request.content.decode()}"


@dataclass
class Trail:
    """What the checker reads of one rehearsal: its files, the API's answers, the counts of the queues."""

    out: Path
    cohort: Path
    answers: Answers
    queues: dict[str, int | None]
    dead: dict[str, list[str]] = field(default_factory=dict)

    def copied(self, folder: Path) -> "Trail":
        """The same in another folder, to be broken."""
        out, cohort = folder / "out", folder / "cohort"
        out.mkdir()
        for name in _READ:
            source = self.out / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, out / name)
        shutil.copytree(self.cohort, cohort)
        return Trail(out, cohort, copy.deepcopy(self.answers), dict(self.queues))

    def judged(self) -> list[Violation]:
        """What the checker finds."""
        return asyncio.run(self._judged())

    def answer(self, path: str) -> Any:
        """The one answer whose path ends like this, to be changed in place."""
        (found,) = (each for key, each in self.answers.items() if key.split("?")[0].endswith(path))
        return found

    def mail(self, template: str, address: str = "", nth: int = 0) -> "MailFile":
        """A mail's file by its template and reader."""
        return MailFile(
            sorted((self.out / "mail").glob(f"*-{template}-*{address and f'{address}*'}.eml"))[nth]
        )

    def paper(self, address: str) -> Path:
        """A certificate's file."""
        return self.out / "certificates" / f"{address}.pdf"

    def rewrite(self, name: str, before: str, after: str) -> None:
        """Replace a piece of a file of the folder, or of the cohort."""
        path = self.out / name if (self.out / name).exists() else self.cohort / name
        text = path.read_text("utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), "utf-8")

    def breaks(self, **faults: Any) -> None:
        """Let the summary tell of faults."""
        path = self.out / "summary.json"
        said = json.loads(path.read_text("utf-8"))
        path.write_text(json.dumps(said | {"faults": faults}), "utf-8")

    def person(self, address: str) -> str:
        """The id of somebody of the cohort."""
        (found,) = (each["id"] for each in self.answer("/lookup")["persons"] if each["email"] == address)
        return str(found)

    async def _judged(self) -> list[Violation]:
        folder = read_folder(self.out)
        hashes = {paper.sha256 for paper in folder.papers}
        hashes |= {sha256_of(pdf) for mail in folder.mails for pdf in mail.pdfs}
        async with httpx2.AsyncClient(transport=Recorded(self.answers), base_url="http://matka") as http:
            told = await ask_everything(
                Asking(http, ""), self.answer("/programs")["programs"][0]["id"], hashes
            )
        return judge(Evidence(folder, read_cohort(self.cohort), told, self.queues, self.dead))


@dataclass(frozen=True)
class MailFile:
    """A mail's file, to be changed, copied or thrown away."""

    path: Path

    def say(self, before: str, after: str) -> None:
        """Other words in subject, text and page, wherever the former stand."""
        message = self._message()
        said = False
        for part in message.walk():
            if part.get_content_maintype() == "text":
                words = part.get_content()
                said = said or before in words
                part.set_content(words.replace(before, after), subtype=part.get_content_subtype())
        assert said, before
        self._write(message)

    def mark(self, header: str, value: str) -> None:
        """Another header."""
        message = self._message()
        del message[header]
        message[header] = value
        self._write(message)

    def copied(self, number: int, address: str = "") -> "MailFile":
        """The same mail once more, later in the order of arrival, perhaps to somebody else."""
        twin = MailFile(self.path.with_name(f"{number:05}{self.path.name[5:]}"))
        shutil.copy(self.path, twin.path)
        if address:
            twin.mark("To", address)
        return twin

    def header(self, name: str) -> Any:
        """A header as it is read."""
        return self._message()[name]

    def _message(self) -> EmailMessage:
        return message_from_bytes(self.path.read_bytes(), policy=policy.default)

    def _write(self, message: EmailMessage) -> None:
        self.path.write_bytes(message.as_bytes())


def recorded(out: Path, cohort: Path) -> tuple[Trail, "subprocess.CompletedProcess[str]"]:
    """What there is to read of a finished rehearsal, and what `matka check` says of it."""
    with _opened(out):
        words = ["check", str(out), "--broker", _broker(out), "--cohort", str(cohort)]
        said = subprocess.run([*MATKA, *words], capture_output=True, text=True, timeout=60, check=False)
        return asyncio.run(_record(out, cohort)), said


async def _record(out: Path, cohort: Path) -> Trail:
    recorder = Recorder()
    gateway = json.loads((out / "urls.json").read_text())["gateway"]
    hashes = [sha256_of(path.read_bytes()) for path in (out / "certificates").glob("*.pdf")]
    async with httpx2.AsyncClient(base_url=gateway, transport=recorder, timeout=60) as http:
        asking = Asking(http, await sign_in(http, read_cohort(cohort).coordinator.email, out))
        programs = await asking.get("/pairing/programs")
        await ask_everything(asking, programs["programs"][0]["id"], hashes)
    return Trail(out, cohort, recorder.answers, await count_queues(_broker(out), REHEARSAL_RUNGS))


def _broker(out: Path) -> str:
    """The URL of the private node that a rehearsal leaves in its folder."""
    port = json.loads((out / "broker" / "ports.json").read_text())["amqp"]
    return f"amqp://matka:{(out / 'broker' / 'password').read_text().strip()}@127.0.0.1:{port}/"


@contextmanager
def _opened(out: Path) -> Iterator[None]:
    """`matka up` on a finished rehearsal, until the block ends."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MATKA_")}
    words = [*MATKA, "up", "--quiet", "--data", str(out)]
    with subprocess.Popen(
        words, env=clean, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as up:
        try:
            said = []
            for line in up.stdout or ():
                said.append(line)
                if line.startswith(_IS_UP):
                    break
            else:
                raise AssertionError("".join(said))
            yield
        finally:
            up.send_signal(signal.SIGINT)
            up.wait(60)
