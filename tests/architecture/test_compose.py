"""The compose check bites."""

import pytest

from tests.architecture import compose

TEXT = (compose.ROOT / "docker-compose.yml").read_text()
PLANTED = {
    "does not parse": ("    image: mongo:8", "    container_name: mongo\n    image: mongo:8"),
    "has a fixed host port": ("SERVICE: people } }", 'SERVICE: people } }\n    ports: ["8001:8000"]'),
    "does not wait for the topology job": ("service_completed_successfully", "service_started"),
    "is mongo:7": ("mongo:8", "mongo:7"),
    "sees more than them": ('["people-keys:/keys:ro"]', '["people-keys:/keys:ro", "cli-keys:/more:ro"]'),
    "is not in the checkout": ("./deploy/rabbitmq.conf", "./deploy/nothing.conf"),
    "lacks learning": ("  learning:\n", "  teaching:\n"),
}


def test_the_compose_file_of_this_checkout_is_good() -> None:
    assert list(compose.faults(TEXT)) == []
    assert compose.main() == 0


@pytest.mark.parametrize("words", PLANTED)
def test_a_planted_fault_is_named(words: str) -> None:
    good, bad = PLANTED[words]
    assert good in TEXT
    assert [line for line in compose.faults(TEXT.replace(good, bad)) if words in line]


def test_a_broker_without_health_check_is_named() -> None:
    start = TEXT.index("    healthcheck:\n      test: [CMD, rabbitmq")
    without = TEXT[:start] + TEXT[TEXT.index("  mongo:\n") :]
    assert "rabbitmq: has no health check" in list(compose.faults(without))
