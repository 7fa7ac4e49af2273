"""The Celery worker's side: one task on a quorum queue, acknowledged after it ran."""

import os
import time
from pathlib import Path

from celery import Celery
from kombu import Queue

from bench.support.events import PREFETCH, ThingTurned
from matka_contracts.event import Envelope

app = Celery("bench", broker=os.environ["BENCH_BROKER_URL"])
app.conf.update(
    task_queues=[Queue("celery.work", queue_arguments={"x-queue-type": "quorum"})],
    task_default_queue="celery.work",
    task_acks_late=True,
    task_ignore_result=True,
    task_serializer="json",
    worker_concurrency=1,
    worker_prefetch_multiplier=PREFETCH,
    worker_enable_remote_control=False,
    worker_detect_quorum_queues=True,
    broker_transport_options={"confirm_publish": True},
    broker_connection_retry_on_startup=True,
)


class Tally:
    """How many tasks have run; the time of the first and of the last are left in files."""

    def __init__(self) -> None:
        self.handled = 0
        self.last = int(os.environ["BENCH_LAST"])

    def one(self) -> None:
        self.handled += 1
        for name, number in (("ready", 1), ("done", self.last + 1)):
            if self.handled == number:
                beside = Path(os.environ["BENCH_MARK"]) / f"{name}.new"
                beside.write_text(str(time.monotonic()), "ascii")
                beside.replace(beside.with_suffix(""))


tally = Tally()


@app.task(name="handle")  # type: ignore[untyped-decorator]
def handle(body: dict[str, object]) -> None:
    """Validate the event as the others do, and count it."""
    assert isinstance(Envelope.model_validate(body).open(), ThingTurned)
    tally.one()
