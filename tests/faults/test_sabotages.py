"""The kit is sabotaged in eight ways, each in a copy of its own: a test that is green on the kit notices."""

from pathlib import Path

import pytest

from tests.support.sabotage import Edit, Sabotage, commit, copy_of_the_kit, run

_KIT = "tests/component/kit"
SABOTAGES = (
    Sabotage(
        "skip the confirm",
        f"{_KIT}/test_full_queue.py::"
        "test_an_event_that_a_full_queue_refuses_is_not_confirmed_and_the_next_is",
        (
            Edit(
                "bus/rabbit.py",
                "connection.channel(publisher_confirms=True, on_return_raises=True)",
                "connection.channel(publisher_confirms=False, on_return_raises=False)",
            ),
            Edit("bus/rabbit.py", "if not isinstance(outcome, Basic.Ack):", "if outcome is not None:"),
        ),
    ),
    Sabotage(
        "clear before the confirm",
        f"{_KIT}/test_relay.py::test_what_the_broker_did_not_confirm_stays_and_is_published_later_in_order",
        (
            Edit(
                "outbox.py",
                "            taken = await self._bus.publish(\n",
                '            await self._settle(pending, [entry["id"] for entry in pending.outbox])\n'
                "            taken = await self._bus.publish(\n",
            ),
        ),
    ),
    Sabotage(
        "ack before the write",
        f"{_KIT}/test_rabbit_bus.py::"
        "test_a_handler_that_outlasts_the_grace_is_cut_short_and_its_message_comes_again",
        (
            Edit(
                "consumer/rabbit.py",
                "        verdict = await handle(delivery, self._subscription)\n",
                "        await delivery.acknowledge()\n"
                "        verdict = await handle(delivery, self._subscription)\n",
            ),
            Edit(
                "consumer/rabbit.py",
                "            await delivery.acknowledge()\n            self._pause.forget()\n",
                "            self._pause.forget()\n",
            ),
        ),
    ),
    Sabotage(
        "drop the version guard",
        "tests/component/store/test_commits.py::test_a_commit_over_another_version_does_nothing[sqlite]",
        (
            Edit(
                "store/sqlite_writes.py",
                "if row is None or row[0] != commit.version:",
                "if row is None:",
            ),
        ),
    ),
    Sabotage(
        "nack for ack",
        f"{_KIT}/test_rabbit_consumer.py::test_an_event_that_was_handled_is_gone_from_its_queue",
        (
            Edit(
                "consumer/session.py",
                "basic_ack(self.tag, wait=False)",
                "basic_nack(self.tag, requeue=True, wait=False)",
            ),
        ),
    ),
    Sabotage(
        "no sweeper",
        f"{_KIT}/test_relay.py::test_a_fresh_replica_sweeps_by_itself",
        (Edit("host.py", "self._run(self._relay.run, self._sweeper.run)", "self._run(self._relay.run)"),),
    ),
    Sabotage(
        "one guard per document",
        f"{_KIT}/test_rows.py::test_sources_do_not_get_in_each_others_way",
        (
            Edit(
                "rows.py",
                "RowUpsert(id, _field_name(envelope.subject), ",
                'RowUpsert(id, "whoever told it", ',
            ),
        ),
    ),
    Sabotage(
        "two attempts in flight under one message id",
        f"{_KIT}/test_rabbit_bus.py::"
        "test_the_same_event_twice_in_flight_is_never_confirmed_when_it_can_not_be_routed",
        (
            Edit(
                "bus/rabbit.py",
                'message_id=f"{self._run}-{next(self._numbers)}"',
                "message_id=message.event_id",
            ),
        ),
    ),
)


@pytest.mark.timeout(300)
def test_the_named_tests_are_green_on_a_copy_of_the_kit_as_it_is(broker: str, tmp_path: Path) -> None:
    verdict = run(copy_of_the_kit(tmp_path), broker, *(each.test for each in SABOTAGES))
    assert verdict.is_green, verdict.said


@pytest.mark.timeout(300)
@pytest.mark.parametrize("sabotage", SABOTAGES, ids=lambda each: each.name)
def test_a_sabotage_turns_its_named_test_red(sabotage: Sabotage, broker: str, tmp_path: Path) -> None:
    shared = copy_of_the_kit(tmp_path)
    commit(sabotage.edits, shared)
    verdict = run(shared, broker, sabotage.test)
    assert verdict.is_red_by(sabotage.test), verdict.said


def test_a_sabotage_of_a_kit_that_reads_otherwise_by_now_says_so(tmp_path: Path) -> None:
    shared = copy_of_the_kit(tmp_path)
    with pytest.raises(LookupError, match=r"rows\.py has 0 times"):
        commit((Edit("rows.py", "nobody ever wrote this", ""),), shared)


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ('"""Projections:', 'import nothing_like_it  # """Projections:'),  # it cannot be collected
        ("return await self._store.upsert_row(", "return self._stor.upsert_row("),  # it fails by a mistake
    ],
)
def test_a_kit_that_is_merely_broken_is_not_taken_for_a_red_test(
    broker: str, tmp_path: Path, was: str, becomes: str
) -> None:
    test = f"{_KIT}/test_rows.py::test_what_was_done_is_told"
    shared = copy_of_the_kit(tmp_path)
    commit((Edit("rows.py", was, becomes),), shared)
    verdict = run(shared, broker, test)
    assert not verdict.is_green
    assert not verdict.is_red_by(test)
