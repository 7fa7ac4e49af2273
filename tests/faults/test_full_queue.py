"""A queue at its fuse fills an outbox to its cap: clear answers meanwhile, and all of it drains by itself."""

import contextlib
import re
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from matka_contracts.event import Envelope
from matka_contracts.people import PersonChanged
from matka_kit.amqp import session
from matka_kit.store import open_store
from matka_kit.topology import EVENTS, depths
from matka_people.store import PERSONS
from tests.support.broker import Node
from tests.support.gateway import Browser
from tests.support.killable import Town
from tests.support.pressure import lift_fuse, peak, resident, set_fuse, stopped
from tests.support.waiting import until

RESIDENTS = ("people", "notifications", "gateway")
QUEUE = "notifications.work"
FUSE, CAP = 50, 500
_MB = 48
_KIND = "Mitään ei ole kadonnut. Yritä hetken kuluttua uudelleen."
_LINK = re.compile(r"https?://\S+?(/sign-in/([0-9a-f-]+)\?token=([A-Za-z0-9_-]+))")


@pytest.fixture(scope="module")
def town(own_node: Node, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    with own_node.vhost() as broker, Town(folder, broker, RESIDENTS) as town:
        yield town


class Aino:
    """A person in a browser and at the API, who changes her name again and again."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.id = ""
        self.email = f"aino-{uuid4().hex[:8]}@example.org"
        self.changes = 0
        self.browser = Browser(self._http())
        self.api = self._http()

    def _http(self) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(
            base_url=self.town.url("gateway"), headers={"Accept-Language": "fi"}, timeout=20
        )

    async def arrives(self) -> None:
        """She is registered and signs in twice."""
        facts = {"name": "Aino", "email": self.email, "language": "fi"}
        coordinator = [("coordinator", "spring")]
        self.id = (await self.town.asks("people", "POST", "/persons", facts, grants=coordinator))["id"]
        request = (await self.api.post("/api/sign-in", json={"email": self.email})).json()["request_id"]
        _, token = await self._mailed(request)
        opened = await self.api.post("/api/sign-in/redeem", json={"request_id": request, "token": token})
        assert opened.status_code == 200, opened.text
        self.api.headers["Authorization"] = f"Bearer {opened.json()['session']}"
        request = await self.browser.ask(self.email)
        link, _ = await self._mailed(request)
        await self.browser.open(link)
        await self.browser.send(f"/sign-in/{request}")
        await self.browser.open("/mine/details")
        assert self.browser.page.status_code == 200, self.browser.words

    async def changes_her_name(self, key: str = "") -> httpx2.Response:
        """Another name, by one command; the same key again is the same command."""
        self.changes += 1
        return await self.changes_it_to(f"Aino {self.changes}", key or str(uuid4()))

    async def changes_it_to(self, name: str, key: str) -> httpx2.Response:
        path = f"/api/people/persons/{self.id}"
        return await self.api.patch(path, json={"name": name}, headers={"Idempotency-Key": key})

    async def _mailed(self, request: str) -> tuple[str, str]:
        """The link's path and its token in the mail for a request."""
        found: list[tuple[str, str]] = []

        async def came() -> bool:
            texts = (mail.get_body(("plain",)) for mail in self.town.letters())
            links = (_LINK.search(str(text.get_content())) for text in texts if text is not None)
            found[:] = [(link[1], link[3]) for link in links if link and link[2] == request]
            return bool(found)

        await until("the sign-in mail came", came, 20)
        return found[0]


@contextlib.asynccontextmanager
async def heard(town: Town, subject: str) -> AsyncIterator[dict[int, Counter[str]]]:
    """How often each event of an aggregate went through the exchange, by its number there."""
    told: dict[int, Counter[str]] = defaultdict(Counter)

    async def listen(message: Any) -> None:
        envelope = Envelope.model_validate_json(message.body)
        if envelope.subject == subject:
            told[envelope.sequence][envelope.id] += 1

    async with session(town.broker, "listener") as connection:
        queue = await (await connection.channel()).declare_queue(exclusive=True)
        await queue.bind(EVENTS, PersonChanged.event_type())
        await queue.consume(listen, no_ack=True)
        yield told


async def outbox_of(town: Town, person: str) -> int:
    store = await open_store(f"sqlite:{town.folder}", "people", (PERSONS,))
    document = await store.get(PERSONS, person)
    await store.close()
    assert document is not None
    return len(document["outbox"])


@pytest.fixture
async def aino(town: Town) -> AsyncIterator[Aino]:
    aino = Aino(town)
    async with aino.browser.http, aino.api:
        await town.ready()
        await aino.arrives()
        await town.rests()
        yield aino


async def fills_the_outbox(aino: Aino) -> httpx2.Response:
    """She goes on until she is told to wait; what she is told."""
    for _ in range(FUSE + CAP + 100):
        answer = await aino.changes_her_name()
        if answer.status_code != 200:
            return answer
    raise AssertionError("nobody told her to wait")


@pytest.mark.timeout(600)
@pytest.mark.parametrize("comes_back", ["the queue's room", "the consumer"])
async def test_a_full_outbox_asks_to_wait_and_everything_drains_by_itself(
    own_node: Node, town: Town, aino: Aino, comes_back: str
) -> None:
    calm = {service: resident(town.pid(service)) for service in RESIDENTS}
    async with heard(town, aino.id) as told:
        set_fuse(own_node, town.broker, QUEUE, FUSE)
        with stopped(town.pid("notifications")):
            answer = await fills_the_outbox(aino)
            await is_told_to_wait(aino, answer)
            assert (await depths(town.broker, town.topology))[QUEUE] >= FUSE
            assert await outbox_of(town, aino.id) == CAP
            assert await town.is_ready("people")
            assert await town.is_ready("gateway")
            if comes_back == "the queue's room":
                lift_fuse(own_node, town.broker)
                await town.comes_to("the outbox is empty", partial(_is_empty, town, aino.id))
                assert (await aino.changes_it_to("Aino", "the last")).status_code == 200
        await town.comes_to("the outbox is empty", partial(_is_empty, town, aino.id))
        assert (await aino.changes_it_to("Aino", "the last")).status_code == 200
        await town.rests()
        lift_fuse(own_node, town.broker)
        print(f"{len(told)} events in {sum(each.total() for each in told.values())} copies")
        for service in RESIDENTS:
            print(f"{service}: {calm[service]:.0f} MB, at most {peak(town.pid(service)):.0f}")
    assert sorted(told) == list(range(2, aino.changes + 2)), "none is lost and none is numbered twice"
    assert all(len(ids) == 1 for ids in told.values())
    assert all(peak(town.pid(service)) < calm[service] + _MB for service in RESIDENTS)


async def _is_empty(town: Town, person: str) -> bool:
    return await outbox_of(town, person) == 0


async def is_told_to_wait(aino: Aino, answer: httpx2.Response) -> None:
    """By the API and by a page: nothing is lost, come again in a moment; and this is how she is told."""
    for each in (
        answer,
        await aino.browser.send("/mine/details", name="Aino A", email=aino.email, language="fi"),
    ):
        assert each.status_code == 503
        assert each.headers["Retry-After"] == "5"
    assert answer.json()["code"] == "try-again-later"
    assert _KIND in answer.json()["detail"]
    assert _KIND in aino.browser.words
    assert 'value="Aino A"' in aino.browser.page.text, "what she typed is still there"
