"""Publish → handle → acknowledge by Celery: `celery_loop URL COUNT` prints the seconds it took.

A worker process of its own (solo pool: no second hop between processes), a quorum queue, acks late,
persistent messages, confirms and the same prefetch; one task before the clock starts, to see that it runs.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.support.events import an_envelope

_SECONDS = 120


def wait_for(mark: Path) -> float:
    """The moment that the worker left in a file."""
    deadline = time.monotonic() + _SECONDS
    while not mark.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(mark.name)
        time.sleep(0.005)
    return float(mark.read_text("ascii"))


def main(url: str, count: int) -> float:
    """Seconds from the first task sent to the last one done."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"BENCH_BROKER_URL": url, "BENCH_LAST": str(count), "BENCH_MARK": folder}
        from bench.yardsticks.celery_tasks import handle

        words = ("-A", "bench.yardsticks.celery_tasks", "worker", "--pool", "solo", "--loglevel", "ERROR")
        quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
        worker = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "celery", *words, *quiet], stdout=subprocess.DEVNULL
        )
        try:
            bodies = [an_envelope(number).model_dump(mode="json") for number in range(count)]
            handle.delay(bodies[0])
            wait_for(Path(folder) / "ready")
            began = time.monotonic()
            for body in bodies:
                handle.delay(body)
            return wait_for(Path(folder) / "done") - began
        finally:
            worker.terminate()
            worker.wait(30)


if __name__ == "__main__":
    print(json.dumps({"seconds": main(sys.argv[1], int(sys.argv[2]))}))
