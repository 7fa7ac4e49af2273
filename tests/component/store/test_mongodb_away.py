"""A server that is away, silent, or lost in the middle of a write: what happened is found out."""

import gc
from collections.abc import AsyncIterator, Iterator

import pytest
from pymongo import MongoClient
from pymongo.uri_parser import parse_uri

from matka_kit.errors import Unavailable
from matka_kit.store import DuplicateId, RowOutcome, Store, mongodb, mongodb_errors, open_store
from matka_kit.store.mongodb_errors import UnknownOutcome
from tests.support.cutting_proxy import CuttingProxy, Mood, cutting_proxy
from tests.support.things import (
    COLLECTIONS,
    ROWS,
    THINGS,
    a_commit,
    a_telling,
    a_thing,
    an_event,
    later,
    read,
)

# The driver leaves a socket to the garbage collector when it is cancelled while it connects.
pytestmark = pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")


@pytest.fixture(autouse=True)
def sockets_of_the_driver() -> Iterator[None]:
    """Collected before another test begins, to which they would be a surprise."""
    yield
    gc.collect()


@pytest.fixture
async def proxy(mongodb_url: str) -> AsyncIterator[CuttingProxy]:
    host, port = parse_uri(mongodb_url)["nodelist"][0]
    async with cutting_proxy(host, port or 27017) as proxy:
        yield proxy


@pytest.fixture
async def store(
    proxy: CuttingProxy, mongodb_url: str, request: pytest.FixtureRequest
) -> AsyncIterator[Store]:
    name = f"away_{abs(hash(request.node.name))}"
    store = await open_store(_through(mongodb_url, proxy), name, COLLECTIONS)
    yield store
    await store.close()
    with MongoClient[dict[str, object]](mongodb_url) as client:
        client.drop_database(f"matka_{name}")


def _through(url: str, proxy: CuttingProxy) -> str:
    credentials, _, rest = url.removeprefix("mongodb://").rpartition("@")
    options = rest.partition("?")[2] or "directConnection=true"
    return f"mongodb://{credentials + '@' if credentials else ''}127.0.0.1:{proxy.port}/?{options}"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongodb, "_PING_SECONDS", 0.2)
    monkeypatch.setattr(mongodb_errors, "_SECONDS", 1.0)  # a client looks for a lost server twice a second


@pytest.mark.usefixtures("impatient")
async def test_a_server_that_went_away_is_found_again(store: Store, proxy: CuttingProxy) -> None:
    await store.insert(THINGS, a_thing("1"))
    found = await read(store, "1")
    await proxy.stop()
    with pytest.raises(Unavailable):
        await store.get(THINGS, "1")
    with pytest.raises(Unavailable):
        await store.insert(THINGS, a_thing("2"))
    with pytest.raises(Unavailable):
        await store.commit(THINGS, a_commit(found, "e"))
    assert not await store.ping()
    await proxy.start()
    assert await read(store, "1") == found
    assert await store.ping()
    assert await store.commit(THINGS, a_commit(found, "e"))


@pytest.mark.usefixtures("impatient")
async def test_nothing_opens_where_no_server_answers(proxy: CuttingProxy, mongodb_url: str) -> None:
    await proxy.stop()
    with pytest.raises(Unavailable, match="no server answers"):
        await open_store(_through(mongodb_url, proxy), "nowhere", COLLECTIONS)


async def test_a_url_that_cannot_be_one_is_refused_without_its_password() -> None:
    with pytest.raises(ValueError, match="MATKA_STORE_URL") as refused:
        await open_store("mongodb://user:geheim:3@host:x/", "things", COLLECTIONS)
    assert "geheim" not in str(refused.value)
    with pytest.raises(ValueError, match="not 'redis'"):
        await open_store("redis://x", "things", COLLECTIONS)


@pytest.mark.usefixtures("impatient")
async def test_a_silent_server_is_away_in_bounded_time(store: Store, proxy: CuttingProxy) -> None:
    await store.insert(THINGS, a_thing("1"))
    proxy.treat(Mood.SILENT)
    with pytest.raises(Unavailable, match=r"takes too long|no server answers"):
        await store.get(THINGS, "1")
    with pytest.raises(Unavailable):
        await store.insert(THINGS, a_thing("2"))
    proxy.treat(Mood.FAITHFUL)
    assert await read(store, "1") == a_thing("1", version=1, outbox=[])


async def test_an_insert_whose_answer_is_lost_is_known_to_be_done(store: Store, proxy: CuttingProxy) -> None:
    proxy.treat(Mood.CUTTING, b"insert")
    await store.insert(THINGS, a_thing("1", at=later(microseconds=1), outbox=[an_event("e", n=2**40)]))
    assert (await read(store, "1"))["outbox"] == [an_event("e", n=2**40)]


async def test_an_insert_whose_answer_is_lost_still_meets_another_of_its_id(
    store: Store, proxy: CuttingProxy
) -> None:
    await store.insert(THINGS, a_thing("1", name="first"))
    proxy.treat(Mood.CUTTING, b"insert")
    with pytest.raises(DuplicateId) as met:
        await store.insert(THINGS, a_thing("1", name="second"))
    assert met.value.existing["name"] == "first"


async def test_an_insert_that_never_arrived_is_of_unknown_outcome(store: Store, proxy: CuttingProxy) -> None:
    proxy.treat(Mood.DEAF, b"insert")
    with pytest.raises(UnknownOutcome):
        await store.insert(THINGS, a_thing("1"))
    assert await store.get(THINGS, "1") is None
    await store.insert(THINGS, a_thing("1"))


async def test_a_commit_whose_answer_is_lost_is_known_to_be_done(store: Store, proxy: CuttingProxy) -> None:
    await store.insert(THINGS, a_thing("1"))
    proxy.treat(Mood.CUTTING, b"update")
    assert await store.commit(THINGS, a_commit(await read(store, "1"), "e1", name="new", at=later(hours=1)))
    found = await read(store, "1")
    assert (found["version"], found["name"], len(found["outbox"])) == (2, "new", 1)


async def test_a_commit_that_never_arrived_is_of_unknown_outcome(store: Store, proxy: CuttingProxy) -> None:
    await store.insert(THINGS, a_thing("1"))
    found = await read(store, "1")
    proxy.treat(Mood.DEAF, b"update")
    with pytest.raises(UnknownOutcome):
        await store.commit(THINGS, a_commit(found, "e1"))
    assert await read(store, "1") == found
    assert await store.commit(THINGS, a_commit(found, "e1"))


@pytest.mark.parametrize("name", ["ours", "theirs"])
async def test_a_commit_that_lost_its_answer_and_its_race_claims_nothing(
    store: Store, proxy: CuttingProxy, name: str
) -> None:
    await store.insert(THINGS, a_thing("1"))
    found = await read(store, "1")
    assert await store.commit(THINGS, a_commit(found, "theirs", name="theirs"))
    proxy.treat(Mood.CUTTING, b"update")
    with pytest.raises(UnknownOutcome):
        await store.commit(THINGS, a_commit(found, "ours", name=name))
    assert [event["id"] for event in (await read(store, "1"))["outbox"]] == ["theirs"]


async def test_a_moved_timer_that_never_arrived_is_of_unknown_outcome(
    store: Store, proxy: CuttingProxy
) -> None:
    await store.insert(THINGS, a_thing("1"))
    found = await read(store, "1")
    proxy.treat(Mood.DEAF, b"update")
    with pytest.raises(UnknownOutcome):
        await store.commit(THINGS, a_commit(found, next_due=later()))
    assert await read(store, "1") == found


async def test_an_outbox_whose_clear_lost_its_answer_is_known_to_be_empty(
    store: Store, proxy: CuttingProxy
) -> None:
    await store.insert(THINGS, a_thing("1", outbox=[an_event("e")], outbox_since=later()))
    proxy.treat(Mood.CUTTING, b"update")
    assert await store.clear_outbox(THINGS, "1", 1, 1)


@pytest.mark.parametrize("mood", [Mood.CUTTING, Mood.DEAF])
async def test_a_telling_whose_answer_is_lost_may_be_repeated(
    store: Store, proxy: CuttingProxy, mood: Mood
) -> None:
    proxy.treat(mood, b"update")
    if mood is Mood.CUTTING:
        assert await store.upsert_row(ROWS, a_telling("a", 1)) is RowOutcome.APPLIED
    else:
        with pytest.raises(UnknownOutcome):
            await store.upsert_row(ROWS, a_telling("a", 1))
        assert await store.upsert_row(ROWS, a_telling("a", 1)) is RowOutcome.APPLIED
    assert await store.upsert_row(ROWS, a_telling("a", 1)) is RowOutcome.REPEATED


async def test_a_delete_whose_answer_is_lost_is_known_to_be_done(store: Store, proxy: CuttingProxy) -> None:
    await store.insert(THINGS, a_thing("1"))
    proxy.treat(Mood.CUTTING, b"delete")
    assert await store.delete(THINGS, "1", 1)
