"""The names of a page: each looked up once and while its lists still come; none where nobody tells them."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from matka_gateway.upstream import Ask, Names, Upstream
from matka_kit.auth import Caller, Signer, create_keys
from matka_kit.client import ServiceClient
from matka_kit.settings import ServiceSettings

STAFF = Caller(subject="aino")
MOST = 500


class Services(httpx2.AsyncBaseTransport):
    """Pairing and people behind the wire; the list goes on once its first names have been asked for."""

    def __init__(self) -> None:
        self.looked_up: Counter[str] = Counter()
        self.begun = asyncio.Event()
        self.status = 200

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        content = await request.aread()
        if request.url.path.startswith("/persons"):
            ids = json.loads(content)["ids"]
            assert len(ids) <= MOST
            self.looked_up.update(ids)
            self.begun.set()
            names = {each: each.upper() for each in ids}
            return httpx2.Response(self.status, json={"names": names, "code": "not-found", "params": {}})
        after = request.url.params.get("after", "")
        if after:
            await self.begun.wait()
        lines = [{"person_id": f"{after}p{number}"} for number in range(MOST)]
        return httpx2.Response(200, json={"people": lines, "after": {"": "b", "b": "c", "c": ""}[after]})


@pytest.fixture
def services() -> Services:
    return Services()


@pytest.fixture
async def upstream(tmp_path: Path, services: Services) -> AsyncIterator[Upstream]:
    create_keys(tmp_path, ["people", "pairing", "gateway"])
    urls = {name: f"http://{name}.test" for name in ("people", "pairing")}
    settings = ServiceSettings(broker_url="memory:", store_url="sqlite:x", keys=tmp_path, urls=urls)
    signer = Signer.of(tmp_path, "gateway")
    client = ServiceClient(settings, signer, dict.fromkeys(urls.values(), services))
    yield Upstream(client)
    await client.close()


async def test_names_are_looked_up_while_the_list_comes_and_once(
    upstream: Upstream, services: Services
) -> None:
    names = Names(upstream)
    ask = Ask("pairing", "/people", whole="people", people=("person_id",))
    answers = await upstream.side_by_side(STAFF, {"list": ask}, names)
    listed = [line["person_id"] for line in answers["list"]["people"]]
    found = await names.of([*listed, "somebody else", ""])
    assert found == {each: each.upper() for each in (*listed, "somebody else")}
    assert set(services.looked_up.values()) == {1}
    assert await names.of(listed[:2]) == {each: each.upper() for each in listed[:2]}
    assert set(services.looked_up.values()) == {1}


@pytest.mark.parametrize("status", [404, 500, 502, 503])
async def test_a_page_is_shown_without_names_where_people_does_not_tell_them(
    upstream: Upstream, services: Services, status: int
) -> None:
    services.status = status
    assert await Names(upstream).of(["maija"]) == {}
    assert await upstream.persons(["maija"]) == {}
