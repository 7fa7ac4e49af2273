"""A file that does not serve is `Unavailable` with its own words, and serves again afterwards."""

import asyncio
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest

from matka_kit.errors import Unavailable
from matka_kit.store import open_store, sqlite
from matka_kit.store.sqlite import SQLiteStore
from tests.support.things import COLLECTIONS, THINGS, Place, a_commit, a_thing, all_of, read

LOCKED = "the file is locked by another process"
NOBODY = 65534


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setattr(sqlite, "_PING_SECONDS", 1.0)


@contextmanager
def locked(file: Path) -> Iterator[None]:
    """Another connection holds the file, as another process would."""
    holder = apsw.Connection(str(file))
    holder.execute("BEGIN EXCLUSIVE")
    yield
    holder.execute("ROLLBACK")
    holder.close()


@pytest.mark.usefixtures("impatient")
async def test_a_locked_file_is_away_until_it_is_let_go(sqlite_place: Place, tmp_path: Path) -> None:
    store = await sqlite_place.open()
    await store.insert(THINGS, a_thing("1"))
    with locked(tmp_path / "things.sqlite"):
        with pytest.raises(Unavailable, match=LOCKED):
            await store.insert(THINGS, a_thing("2"))
        with pytest.raises(Unavailable, match=LOCKED):
            await store.commit(THINGS, a_commit(await read(store, "1"), "e"))
        with pytest.raises(Unavailable, match=LOCKED):
            await sqlite_place.open()
        assert not await store.ping()
        assert await read(store, "1") == a_thing("1", version=1, outbox=[])
    assert await store.ping()
    assert await store.commit(THINGS, a_commit(await read(store, "1"), "e"))
    await store.insert(THINGS, a_thing("2"))
    await store.close()


async def test_a_writer_waits_for_a_lock_that_is_let_go_soon(sqlite_place: Place, tmp_path: Path) -> None:
    store = await sqlite_place.open()
    with locked(tmp_path / "things.sqlite"):
        waiting = asyncio.create_task(store.insert(THINGS, a_thing("1")))
        assert await store.get(THINGS, "1") is None
        assert not waiting.done()
    await waiting
    assert await store.get(THINGS, "1") is not None
    await store.close()


async def test_many_may_open_a_new_file_at_once(tmp_path: Path) -> None:
    for turn in range(12):
        place = Place(f"sqlite:{tmp_path}", f"things{turn}")
        for store in await all_of(place.open() for _ in range(5)):
            await store.close()


async def test_a_file_that_is_no_database_is_away(sqlite_place: Place, tmp_path: Path) -> None:
    (tmp_path / "things.sqlite").write_bytes(b"no database at all, but long enough to look into" * 99)
    with pytest.raises(Unavailable, match="not an SQLite database"):
        await sqlite_place.open()


async def test_a_folder_that_cannot_be_made_is_away(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match="store is away"):
        await open_store(f"sqlite:{tmp_path}/file/below", "things", COLLECTIONS)
    (tmp_path / "things.sqlite").mkdir()
    with pytest.raises(Unavailable, match="cannot be opened"):
        await open_store(f"sqlite:{tmp_path}", "things", COLLECTIONS)


async def test_a_full_disk_is_away_until_there_is_room(sqlite_place: Place) -> None:
    store = await sqlite_place.open()
    assert isinstance(store, SQLiteStore)
    await store.insert(THINGS, a_thing("1"))
    pages = await store.write(lambda connection: connection.pragma("page_count"))
    await store.write(lambda connection: connection.pragma("max_page_count", pages + 5))
    with pytest.raises(Unavailable, match="the disk is full"):
        await store.insert(THINGS, a_thing("2", pad="x" * 200_000))
    with pytest.raises(Unavailable, match="the disk is full"):
        await store.commit(THINGS, a_commit(await read(store, "1"), "e", pad="x" * 200_000))
    assert await store.get_many(THINGS, ["1", "2"]) == [a_thing("1", version=1, outbox=[])]
    await store.write(lambda connection: connection.pragma("max_page_count", 1_000_000))
    await store.insert(THINGS, a_thing("2", pad="x" * 200_000))
    assert await store.commit(THINGS, a_commit(await read(store, "1"), "e"))
    await store.close()


@contextmanager
def powerless() -> Iterator[None]:
    """Be an ordinary user for a while where the tests run as root, whom no file refuses anything."""
    if os.geteuid() == 0:
        os.seteuid(NOBODY)
        try:
            yield
        finally:
            os.seteuid(0)
    else:
        yield


async def test_a_file_that_may_not_be_written_is_away() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Place(f"sqlite:{folder}", "things")
        await (await place.open()).close()
        Path(folder, "things.sqlite").chmod(0o444)
        Path(folder).chmod(0o555)
        with powerless(), pytest.raises(Unavailable, match="Permission denied"):
            await place.open()
        Path(folder).chmod(0o700)
        Path(folder, "things.sqlite").chmod(0o600)
        await (await place.open()).close()


async def test_a_file_that_is_read_only_is_not_opened_for_it_would_stay_so() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place, file = Place(f"sqlite:{folder}", "things"), Path(folder, "things.sqlite")
        await (await place.open()).close()
        if os.geteuid() == 0:
            for path in (Path(folder), file):
                os.chown(path, NOBODY, -1)
        file.chmod(0o400)
        with powerless():
            with pytest.raises(Unavailable, match="the file is read-only"):
                await place.open()
            file.chmod(0o600)
            await (await place.open()).close()


async def test_a_file_that_turns_read_only_is_away_for_writers(sqlite_place: Place) -> None:
    store = await sqlite_place.open()
    assert isinstance(store, SQLiteStore)
    await store.insert(THINGS, a_thing("1"))
    await store.write(lambda connection: connection.pragma("query_only", 1))
    with pytest.raises(Unavailable, match="the file is read-only"):
        await store.insert(THINGS, a_thing("2"))
    assert await store.get(THINGS, "1") is not None
    await store.write(lambda connection: connection.pragma("query_only", 0))
    await store.insert(THINGS, a_thing("2"))
    await store.close()


async def test_only_the_owner_may_read_the_file(sqlite_place: Place, tmp_path: Path) -> None:
    store = await sqlite_place.open()
    assert (tmp_path / "things.sqlite").stat().st_mode & 0o777 == 0o600
    await store.insert(THINGS, a_thing("1"))
    assert {path.stat().st_mode & 0o077 for path in tmp_path.glob("things.sqlite*")} == {0}
    await store.close()


async def test_a_mistake_in_a_statement_is_not_taken_for_an_absence(sqlite_place: Place) -> None:
    store = await sqlite_place.open()
    assert isinstance(store, SQLiteStore)
    with pytest.raises(apsw.SQLError):
        await store.read(lambda connection: connection.execute("SELECT no_such_column"))
    await store.close()


async def test_a_library_with_the_old_wal_fault_is_refused(
    sqlite_place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.40.1")
    with pytest.raises(RuntimeError, match="too old"):
        await sqlite_place.open()


async def test_nothing_stays_open_after_a_start_that_fails(sqlite_place: Place, tmp_path: Path) -> None:
    before = set(threading.enumerate())
    (tmp_path / "things.sqlite").write_bytes(b"no database" * 999)
    with pytest.raises(Unavailable):
        await sqlite_place.open()
    for thread in set(threading.enumerate()) - before:
        thread.join(timeout=5)
        assert not thread.is_alive()
