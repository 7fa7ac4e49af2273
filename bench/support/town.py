"""All services running for real, with a program, its staff, and the commands that bring pairs about."""

import asyncio
import csv
import io
import json
import time
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import HttpUrl

from bench.support.inventing import COLUMNS, invented
from matka_cli import topology
from matka_cli.admin import create_admin
from matka_cli.rehearse.wire import Answer, Wire
from matka_cli.stack import Options, Stack
from matka_contracts.terms import Role
from matka_kit.auth import EVERYWHERE, Caller, Grant, Signer
from matka_kit.client import ServiceClient
from matka_kit.clock import FileClock
from matka_kit.errors import Transient, Unavailable
from matka_kit.settings import ServiceSettings

AT_ONCE = 16
COORDINATOR = "coordinator@people.example"
_IDLE_SECONDS = 600.0
_TITLE = {"fi": "Matkalla työelämään", "sv": "På väg till arbetslivet", "en": "On the way to working life"}
_BEGINNING, _ZONE = datetime(2027, 1, 4, 8, tzinfo=UTC), ZoneInfo("Europe/Helsinki")
_RECORDS = 200
_BUSY, _MOST_RETRIES = 503, 30
_OWED = ("outboxes", "jobs", "waiting", "retrying", "due")


@dataclass(frozen=True)
class Town:
    """A running stack; `staff` speaks as the program's coordinator through the gateway."""

    stack: Stack
    program: str
    staff: "Door"
    straight: "Door"
    client: ServiceClient
    coordinator: Caller
    clock: FileClock

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        caller: Caller | None = None,
        service: str = "pairing",
    ) -> Any:
        """What a service answers to a person, as the gateway would ask it."""
        who, key = caller or self.coordinator, str(uuid.uuid4())
        for _ in range(_MOST_RETRIES):
            with suppress(Unavailable, Transient):
                return await self.client.call(service, method, path, body=body, caller=who, key=key)
            await asyncio.sleep(1)
        raise Unavailable(service, "busy for too long")

    async def brings(self, pairs: int, first: int) -> None:
        """So many pairs more, from the import to the second yes; applications must have been admitted."""
        await self.trains()
        draft = await self.ask("POST", f"/programs/{self.program}/proposals", {"locks": []})
        job = await self.ask("POST", f"/proposals/{draft['id']}/publish")
        await self.finished(job["id"])
        proposed = [each for each in await self.whole("pairs", "pairs") if each["status"] == "proposed"]
        for side in ("mentor", "mentee"):
            await all_of(self._accepts(pair, side) for pair in proposed)
        formed = sum(each["status"] == "formed" for each in await self.whole("pairs", "pairs"))
        assert formed >= 0.95 * (first + pairs), f"only {formed} pairs came about"

    async def trains(self) -> None:
        """Every mentor who is not ready takes part in a training."""
        mentors = await self.whole("readiness", "mentors")
        at = (self.clock.now() + timedelta(days=2)).astimezone(_ZONE).replace(tzinfo=None)
        body = {
            "kind": "mentor-training",
            "title": {"fi": "Mentorikoulutus", "en": "Mentor training"},
            "at": at.isoformat(timespec="minutes"),
            "hours": 6.0,
            "place": "Kirjasto Oodi",
            "seats": 30,
        }
        path = f"/programs/{self.program}/gatherings"
        made = await self.ask("POST", path, body, service="scheduling")
        self.clock.step(self.clock.now() + timedelta(days=2, hours=8))
        records = [{"person_id": each["person_id"], "attended": True} for each in mentors if not each["door"]]
        for start in range(0, len(records), _RECORDS):
            part = {"records": records[start : start + _RECORDS]}
            await self.ask("POST", f"/gatherings/{made['id']}/attendance", part, service="scheduling")
        await self.idle()

    async def _accepts(self, pair: Mapping[str, Any], side: str) -> None:
        id_ = pair[f"{side}_id"]
        member = Caller(subject=id_, grants=(Grant(role=side, scope=self.program),))
        await self.ask("POST", f"/pairs/{pair['id']}/accept", caller=member)

    async def imports(self, pairs: int, first: int) -> list[str]:
        """Invented people arrive; the ids of their applications."""
        text = io.StringIO()
        table = csv.DictWriter(text, COLUMNS, restval="")
        table.writeheader()
        table.writerows(invented(pairs, first))
        job = await self.ask("POST", f"/programs/{self.program}/imports", {"csv": text.getvalue()})
        await self.finished(job["id"])
        return [each["id"] for each in await self.whole("applications", "applications") if _waits(each)]

    async def whole(self, what: str, name: str) -> list[dict[str, Any]]:
        """All lines of one of the program's lists."""
        found: list[dict[str, Any]] = []
        after = ""
        while True:
            page = await self.ask("GET", f"/programs/{self.program}/{what}?limit=200&after={after}")
            found += page[name]
            after = page["after"]
            if not after:
                return found

    async def finished(self, job: str) -> None:
        """Wait for a long command."""
        while (found := await self.ask("GET", f"/jobs/{job}"))["status"] == "running":
            await asyncio.sleep(0.1)
        assert found["status"] == "finished", found

    async def idle(self) -> None:
        """Wait until nobody owes anything."""
        await idle(self.stack)

    def memory(self) -> dict[str, float]:
        """Megabytes of each service's processes that no other shares, children included."""
        return {
            replica.service: resident(replica.kept.pid)
            for replica in self.stack.replicas
            if replica.number == 1
        }


async def idle(stack: Stack) -> None:
    """Wait until nobody owes anything: two looks in a row, the same counters."""
    deadline, before = time.monotonic() + _IDLE_SECONDS, None
    wires = [Wire(replica.url) for replica in stack.replicas]
    while True:
        seen = [(await wire.request("GET", "/activity")).json() for wire in wires]
        owed = any(each[name] for each in seen for name in _OWED)
        counters = [(each["received"], each["settled"], each["published"]) for each in seen]
        if not owed and counters == before and all(got == done for got, done, _ in counters):
            break
        assert time.monotonic() < deadline, f"still busy: {seen}"
        before = counters
        await asyncio.sleep(0.5)
    for wire in wires:
        await wire.close()


class Door:
    """One server, asked by one caller over kept connections."""

    def __init__(self, base: str, headers: Callable[[], Mapping[str, str]], prefix: str = "") -> None:
        self._wire = Wire(base)
        self._headers = headers
        self._prefix = prefix

    async def post(self, path: str, body: Any = None) -> Any:
        """Do something. Raises `AssertionError` with what was answered instead of a yes."""
        named = {"Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4())}
        content = json.dumps(body).encode() if body is not None else b""
        path = self._prefix + path
        answer = await self._wire.request("POST", path, {**self._headers(), **named}, content)
        for _ in range(
            _MOST_RETRIES
        ):  # a machine under load is no reason to end; the same key, the same command
            if answer.status != _BUSY:
                break
            await asyncio.sleep(1)
            answer = await self._wire.request("POST", path, {**self._headers(), **named}, content)
        assert not answer.is_error, f"{path}: {answer.status} {answer.body[:300]!r}"
        return answer.json()

    async def get(self, path: str) -> Answer:
        """Look at something."""
        return await self._wire.request("GET", path, self._headers())

    async def close(self) -> None:
        await self._wire.close()


@asynccontextmanager
async def a_town(folder: Path, seats: int, **options: Any) -> AsyncIterator[Town]:
    """Start everything, open a program, and name its coordinator."""
    clock = FileClock(folder / "clock")
    given = Options(
        data=folder,
        environment="rehearsal",
        clock=folder / "clock",
        say=lambda _: None,
        lay_out=lambda: clock.step(_BEGINNING),
        **options,
    )
    started = Stack(given, topology.apply)
    async with AsyncExitStack() as closing:
        stack = await closing.enter_async_context(started)
        root_id = await create_admin(folder / "keys", stack.urls, "root@people.example", "Rauha Root", "fi")
        root = Caller(subject=root_id, grants=(Grant(role=Role.ADMINISTRATOR, scope=EVERYWHERE),))
        client = client_of(stack, "gateway")
        closing.push_async_callback(client.close)
        program = await client.call(
            "pairing", "POST", "/programs", body=_a_program(seats), caller=root, key=str(uuid.uuid4())
        )
        body = {"email": COORDINATOR, "name": "Aino Aalto", "language": "fi"}
        person = await client.call("people", "POST", "/persons", body=body, caller=root, key="coordinator")
        grant = Grant(role=Role.COORDINATOR, scope=program["id"])
        path = f"/persons/{person['id']}/roles"
        await client.call("people", "POST", path, body=grant.model_dump(), caller=root, key="role")
        coordinator = Caller(subject=person["id"], grants=(grant,))
        secret = await _signed_in(stack)
        headers = {"Authorization": f"Bearer {secret}", "Cookie": f"matka-session={secret}"}
        staff = Door(stack.urls["gateway"], lambda: headers, "/api/pairing")
        straight = Door(stack.urls["pairing"], _signing(folder, coordinator))
        closing.push_async_callback(staff.close)
        closing.push_async_callback(straight.close)
        yield Town(stack, program["id"], staff, straight, client, coordinator, clock)


def _signing(folder: Path, caller: Caller) -> Callable[[], Mapping[str, str]]:
    """A fresh token for each request, as the gateway makes one."""
    signer = Signer.of(folder / "keys", "gateway")
    return lambda: {"Authorization": f"Bearer {signer.token('pairing', caller)}"}


def client_of(stack: Stack, issuer: str) -> ServiceClient:
    keys = stack.options.data / "keys"
    base = {service: HttpUrl(url) for service, url in stack.urls.items()}
    return ServiceClient(ServiceSettings.model_construct(keys=keys, urls=base), Signer.of(keys, issuer))


async def _signed_in(stack: Stack) -> str:
    """The coordinator's session, by the token that their mail would bring."""
    gateway = Door(stack.urls["gateway"], dict)
    asked = await gateway.post("/api/sign-in", {"email": COORDINATOR})
    await idle(stack)  # the mail has gone out: the token that is made next stays the last
    notifications = client_of(stack, "notifications")
    minted = await notifications.call("people", "POST", f"/sign-ins/{asked['request_id']}/mint")
    body = {"request_id": asked["request_id"], "token": minted["token"]}
    session = await gateway.post("/api/sign-in/redeem", body)
    await notifications.close()
    await gateway.close()
    return str(session["session"])


def _a_program(seats: int) -> dict[str, Any]:
    return {
        "title": _TITLE,
        "model": "pair-mentoring",
        "languages": list(_TITLE),
        "starts_on": "2027-01-18",
        "ends_on": "2027-07-18",
        "rules": {"seats": seats},
    }


def _waits(application: Mapping[str, Any]) -> bool:
    return application["status"] not in {"admitted", "declined"}


async def all_of(work: Iterable[Coroutine[Any, Any, Any]]) -> None:
    """Do all, so many at once."""
    places = asyncio.Semaphore(AT_ONCE)

    async def in_its_place(each: Coroutine[Any, Any, Any]) -> None:
        async with places:
            await each

    await asyncio.gather(*(in_its_place(each) for each in work))


def resident(pid: int | None) -> float:
    """Megabytes of a process and its children: their own pages, and a share of what others have too."""
    if pid is None:
        return 0.0
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines()
    own = next(int(line.split()[1]) for line in rollup if line.startswith("Pss:")) / 1024
    tasks = Path(f"/proc/{pid}/task")
    children = [
        int(id_) for task in tasks.iterdir() for id_ in (task / "children").read_text("ascii").split()
    ]
    return own + sum(resident(child) for child in children)
