"""Aggregates in and out of the store: every command once, none lost, events numbered without a gap."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from pydantic import BaseModel

from matka_kit.cause import Cause
from matka_kit.errors import Contended, NotFound
from matka_kit.repository import KeyReused, OutboxFull
from matka_kit.shape import AlreadyExists
from matka_kit.store import AggregateCommit, Collection, Query
from tests.support.tally import TALLY_SHAPE, SeatTaken, Tally, TallyClosed, a_tally
from tests.support.workshop import NOON, Replica, a_command, a_replica, later, numbers, published


@pytest.fixture
async def replica(tmp_path: Path) -> AsyncIterator[Replica]:
    async with a_replica(tmp_path) as replica:
        yield replica


def told(replica: Replica) -> list[tuple[int, int]]:
    """Sequence and number of each event, without the repetitions that are always possible."""
    return list(dict.fromkeys((each.sequence, each.data["number"]) for each in published(replica.bus)))


async def test_an_aggregate_comes_back_as_it_was_stored(replica: Replica) -> None:
    stored = await replica.a_stored_tally()
    assert await replica.tallies.get("one") == stored
    assert await replica.tallies.peek("two") is None
    with pytest.raises(NotFound):
        await replica.tallies.get("two")


async def test_several_are_found_in_pages_and_counted(replica: Replica) -> None:
    for number in range(5):
        await replica.a_stored_tally(str(number))
    by_seat = Query(order=("seat",), limit=2)
    page = await replica.tallies.find(by_seat)
    rest = await replica.tallies.find(Query(order=("seat",), after=page.after))
    assert [tally.id for tally in (*page.items, *rest.items)] == ["0", "1", "2", "3", "4"]
    assert [tally.id for tally in await replica.tallies.every(by_seat)] == ["0", "1", "2", "3", "4"]
    assert await replica.tallies.count({"seat": "seat-3"}) == 1
    assert [tally.id for tally in await replica.tallies.get_many(["3", "none", "1"])] == ["3", "1"]
    assert await replica.tallies.get_many([]) == []


class Seat(BaseModel):
    """Declared fields alone."""

    id: str
    seat: str


class Glance(BaseModel):
    """A part of a tally that no index knows."""

    id: str
    number: int
    closed: bool
    alarms: dict[str, datetime]


class Colour(BaseModel):
    """Nothing that a tally has."""

    id: str
    colour: str = ""


async def test_views_show_a_part_of_each_in_the_pages_of_all(replica: Replica) -> None:
    for number in range(5):
        await replica.a_stored_tally(str(number), counted=number)
    await replica.set_alarm("early", "2")
    query = Query(order=("seat",), limit=2)
    whole = await replica.tallies.find(query)
    seats = await replica.tallies.views(Seat, query)
    glances = await replica.tallies.views(Glance, query)
    assert seats.after == glances.after == whole.after
    assert [each.model_dump() for each in seats.items] == [
        {"id": str(number), "seat": f"seat-{number}"} for number in range(2)
    ]
    everybody = await replica.tallies.every_view(Glance, query)
    assert [(each.id, each.number) for each in everybody] == [(str(number), number) for number in range(5)]
    assert everybody[2].alarms == {"early": later(hours=1)}
    assert await replica.tallies.views_of(Glance, ["3", "none", "1"]) == [everybody[3], everybody[1]]
    assert await replica.tallies.views_of(Glance, []) == []


async def test_a_view_of_an_older_document_has_the_aggregates_defaults(replica: Replica) -> None:
    older = a_tally("older")
    body = {
        name: value for name, value in TALLY_SHAPE.body(older).items() if name not in {"closed", "alarms"}
    }
    await replica.store.insert(TALLY_SHAPE.collection, body | {"_id": "older", "timers": [], "applied": []})
    [seen] = await replica.tallies.views_of(Glance, ["older"])
    assert seen == Glance(id="older", number=0, closed=False, alarms={})


async def test_a_view_of_what_an_aggregate_does_not_have_is_a_mistake(replica: Replica) -> None:
    await replica.a_stored_tally()
    with pytest.raises(TypeError, match=r"Colour shows \['colour'\]"):
        await replica.tallies.every_view(Colour, Query())


async def test_forty_commands_at_once_are_all_carried_out(tmp_path: Path, replica: Replica) -> None:
    await replica.a_stored_tally()
    async with a_replica(tmp_path, bus=replica.bus) as other:
        await asyncio.gather(
            *(each.tallies.update("one", Tally.count, a_command()) for each in (replica, other) * 20)
        )
        assert (await replica.tallies.get("one")).number == 40
        async with replica.relaying(), other.relaying():
            pass
    assert sorted(told(replica)) == [(number, number) for number in range(1, 41)]


async def test_more_writers_than_patience_are_refused_for_now(
    replica: Replica, monkeypatch: pytest.MonkeyPatch
) -> None:
    await replica.a_stored_tally()
    commit, tries = replica.store.commit, []

    async def after_somebody_else(collection: Collection, mine: AggregateCommit) -> bool:
        tries.append(mine.version)
        others = AggregateCommit(mine.id, mine.version, mine.body | {"applied": []}, (), NOON)
        assert await commit(collection, others)
        return await commit(collection, mine)

    monkeypatch.setattr(replica.store, "commit", after_somebody_else)  # somebody is always quicker
    with pytest.raises(Contended):
        await replica.tallies.update("one", Tally.count, a_command())
    assert tries == list(range(1, 61))


async def test_the_same_command_twice_is_carried_out_once(replica: Replica) -> None:
    cause = a_command("digest")
    first = await replica.tallies.add(a_tally(), a_tally().count(), cause)
    again = await replica.tallies.add(a_tally(), a_tally().count(), cause)
    assert first.model_dump() | {"number": 0} == again.model_dump()
    count = a_command("digest")
    for _ in range(3):
        await replica.tallies.update("one", Tally.count, count)
    assert (await replica.tallies.get("one")).number == 1
    assert (await replica.document())["sequence"] == 2


async def test_the_same_command_at_once_is_carried_out_once(replica: Replica) -> None:
    cause = a_command()
    await asyncio.gather(
        *(replica.tallies.ensure(a_tally(), Tally.count, cause) for _ in range(10)),
    )
    assert (await replica.tallies.get("one")).number == 1
    async with replica.relaying():
        pass
    assert numbers(replica.bus) == [1]


async def test_one_key_for_two_bodies_is_refused(replica: Replica) -> None:
    cause = a_command("digest")
    other = Cause(cause.command_id, "another digest")
    await replica.tallies.add(a_tally(), (), cause)
    for refused in (
        replica.tallies.add(a_tally(), (), other),
        replica.tallies.update("one", Tally.count, other),
        replica.tallies.ensure(a_tally(), Tally.count, other),
    ):
        with pytest.raises(KeyReused):
            await refused
    assert (await replica.tallies.get("one")).number == 0


async def test_the_last_fifty_commands_are_remembered(replica: Replica) -> None:
    await replica.a_stored_tally()
    causes = [a_command() for _ in range(51)]
    for cause in causes:
        await replica.tallies.update("one", Tally.count, cause)
    assert len((await replica.document())["applied"]) == 50
    for cause in causes[1:]:
        await replica.tallies.update("one", Tally.count, cause)
    assert (await replica.tallies.get("one")).number == 51


async def test_another_command_for_the_same_thing_is_told_that_it_exists(replica: Replica) -> None:
    await replica.a_stored_tally()
    with pytest.raises(AlreadyExists):
        await replica.tallies.add(a_tally(), (), a_command())


async def test_a_taken_seat_breaks_the_rule_that_the_shape_names(replica: Replica) -> None:
    await replica.a_stored_tally("one")
    await replica.a_stored_tally("two")
    with pytest.raises(SeatTaken):
        await replica.tallies.add(a_tally("three", seat="seat-one"), (), a_command())
    with pytest.raises(SeatTaken):
        await replica.tallies.update("two", lambda each: each.take_seat("seat-one"), a_command())
    assert (await replica.tallies.get("two")).number == 0


async def test_one_seat_goes_to_one_of_ten_who_want_it(replica: Replica) -> None:
    for number in range(10):
        await replica.a_stored_tally(str(number))
    results = await asyncio.gather(
        *(
            replica.tallies.update(str(number), lambda each: each.take_seat("window"), a_command())
            for number in range(10)
        ),
        return_exceptions=True,
    )
    assert [type(result) for result in results].count(SeatTaken) == 9
    assert await replica.tallies.count({"seat": "window"}) == 1


async def test_a_broken_rule_leaves_everything_as_it_was(replica: Replica) -> None:
    await replica.a_stored_tally(counted=2)
    await replica.tallies.update("one", Tally.close, a_command())
    before = await replica.document()
    with pytest.raises(TallyClosed) as broken:
        await replica.tallies.update("one", Tally.count, a_command())
    assert broken.value.params == {"number": 2}
    assert await replica.document() == before


async def test_a_change_that_changes_nothing_writes_nothing(replica: Replica) -> None:
    await replica.a_stored_tally()
    await replica.tallies.update("one", Tally.close, a_command())
    before = await replica.document()
    await replica.tallies.update("one", Tally.close, a_command())
    assert await replica.document() == before


async def test_what_is_missing_cannot_be_changed_but_can_be_ensured(replica: Replica) -> None:
    with pytest.raises(NotFound):
        await replica.tallies.update("one", Tally.count, a_command())
    new = a_tally()
    for expected in (1, 2):
        counted = await replica.tallies.ensure(new, Tally.count, a_command())
        assert counted.number == expected
    assert new.number == 0, "the new one is not changed itself"


async def test_twenty_who_ensure_the_same_at_once_all_count(replica: Replica) -> None:
    await asyncio.gather(
        *(replica.tallies.ensure(a_tally(), Tally.count, a_command()) for _ in range(20)),
    )
    assert (await replica.tallies.get("one")).number == 20


async def test_events_are_numbered_without_a_gap_and_published_in_order(replica: Replica) -> None:
    async with replica.relaying():
        await replica.a_stored_tally(counted=2)
        for _ in range(5):
            await replica.tallies.update("one", lambda each: each.count(3), a_command())
    assert told(replica) == [(number, number) for number in range(1, 18)]


async def test_an_event_says_where_it_comes_from_and_why(replica: Replica) -> None:
    cause = Cause("command", correlation_id="first", causation_id="direct", traceparent="00-trace")
    async with replica.relaying():
        await replica.tallies.add(a_tally(), a_tally().count(), cause)
    [envelope] = published(replica.bus)
    assert (envelope.source, envelope.subject, envelope.time) == ("/matka/tally", "one", NOON)
    assert envelope.dataschema == "urn:matka:event:tally.counted.v1"
    assert (envelope.correlationid, envelope.causationid, envelope.traceparent) == (
        "first",
        "direct",
        "00-trace",
    )


async def test_an_outbox_of_five_hundred_refuses_commands_until_it_is_emptied(replica: Replica) -> None:
    replica.bus.away = True
    await replica.a_stored_tally(counted=499)
    await replica.tallies.update("one", Tally.count, a_command())
    with pytest.raises(OutboxFull):
        await replica.tallies.update("one", Tally.count, a_command())
    replica.bus.away = False
    async with replica.relaying():
        pass
    await replica.tallies.update("one", Tally.count, a_command())
    assert (await replica.tallies.get("one")).number == 501


async def test_timers_move_with_the_state_that_sets_them(replica: Replica) -> None:
    await replica.a_stored_tally()
    for hours in (1, 3):
        await replica.set_alarm("tea", hours=hours)
        backlog = await replica.store.backlog(replica.tallies.collection)
        assert backlog.next_due == later(hours=hours)
    assert [timer["due"] for timer in (await replica.document())["timers"]] == [later(hours=3)]
