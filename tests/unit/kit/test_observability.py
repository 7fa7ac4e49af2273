"""Logs as JSON lines with ids and a level; numbers in a registry of their own."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

from prometheus_client import generate_latest

from matka_kit.observability import _GAUGES, Metrics

_TALKING = """
import logging, structlog
from matka_kit.observability import configure_logging
configure_logging("tally", "2", "info")
log = structlog.get_logger()
log.debug("not said")
log.info("said", job="työ")
log.info("said", job=chr(0xD800))
with structlog.contextvars.bound_contextvars(event="event-1"):
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("failed")
logging.getLogger("library").warning("from a library")
logging.getLogger("library").info("not said either")
"""


def test_a_log_is_one_json_object_per_line() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", _TALKING], env=environment, capture_output=True, text=True, check=True
    )
    said, broken, failed, library = map(json.loads, done.stdout.splitlines())
    assert {name: said[name] for name in ("event", "job", "level", "service", "instance")} == {
        "event": "said",
        "job": "työ",
        "level": "info",
        "service": "tally",
        "instance": "2",
    }
    assert said["timestamp"].endswith("Z")
    assert (broken["event"], broken["job"]) == ("said", chr(0xD800)), "a lone surrogate breaks no log"
    assert "ZeroDivisionError" in failed["exception"]
    assert (library["event"], library["level"], library["service"]) == ("from a library", "warning", "tally")


def test_processes_count_side_by_side() -> None:
    one, other = Metrics(), Metrics()
    one.observe(SimpleNamespace(**dict.fromkeys(_GAUGES, 3)))
    one.requests.labels("GET", 200).inc()
    assert b"matka_outboxes 3.0" in generate_latest(one.registry)
    assert b"matka_outboxes 0.0" in generate_latest(other.registry)
