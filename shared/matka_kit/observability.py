"""Logs as JSON lines with ids and no personal data, and the numbers that ops and rehearsals look at."""

import io
import logging
import sys

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge

_GAUGES = {
    "received": "Messages taken from the broker",
    "settled": "Messages settled",
    "published": "Events that the broker confirmed",
    "fired": "Aggregates whose timers were fired",
    "outboxes": "Outboxes that wait for the broker",
    "jobs": "Jobs that are running",
    "waiting": "The service's own work that waits",
    "retrying": "Aggregates with a failed timer",
}
_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}


def configure_logging(service: str, instance: str, level: str) -> None:
    """Write one JSON object per line to standard output; libraries' own logs from warnings up."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # whatever somebody sent, the log can tell it
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    written = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, written],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        logger_factory=structlog.WriteLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(service=service, instance=instance)
    libraries = logging.StreamHandler(sys.stdout)
    libraries.setFormatter(structlog.stdlib.ProcessorFormatter(written, foreign_pre_chain=shared))
    logging.basicConfig(level=logging.WARNING, handlers=[libraries], force=True)


class Metrics:
    """What a process counts, in a registry of its own so that tests may run several side by side."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "matka_requests", "HTTP requests", ["method", "status"], registry=self.registry
        )
        self._gauges = {
            name: Gauge(f"matka_{name}", text, registry=self.registry) for name, text in _GAUGES.items()
        }

    def observe(self, activity: object) -> None:
        """Take over the numbers of a replica's activity."""
        for name, gauge in self._gauges.items():
            gauge.set(getattr(activity, name))
