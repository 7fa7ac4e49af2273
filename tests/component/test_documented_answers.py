"""Every service answers what its OpenAPI document says: a few made-up requests a route, always the same."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import FailureGroup

from matka_cli.catalogue import declared
from matka_kit.declaration import Service
from tests.support.aside import Aside, running_aside
from tests.support.exploring import schema_of, try_out

SERVICES = [each for each in declared() if each.routers or each.public_routers]
FEW = settings(
    max_examples=3,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)

# schemathesis numbers its requests by `random`, inside a strategy; what is asked does not depend on it
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")


@pytest.fixture(scope="module")
def aside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aside]:
    with running_aside(tmp_path_factory.mktemp("aside")) as running:
        yield running


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_every_answer_is_documented(aside: Aside, service: Service[Any]) -> None:
    wrong: list[str] = []
    for found in schema_of(service).get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:
            wrong += failures(aside, service.name, operation.as_strategy(generation_mode=mode))
    assert not wrong, "\n\n".join(wrong)


def failures(aside: Aside, service: str, requests: SearchStrategy[Case[Any]]) -> list[str]:
    """What is wrong with the answers; they are collected, for an answer may not come a second time."""
    wrong: list[str] = []

    @FEW
    @given(case=requests)
    def tried(case: Case[Any]) -> None:
        try:
            try_out(aside, service, case)
        except (FailureGroup, AssertionError) as failure:
            wrong.append(f"{case.operation.label}: {told(failure)}")

    with suppress(Unsatisfiable):  # nothing in this route's requests could be wrong
        tried()
    return wrong


def told(failure: BaseException) -> str:
    """A failure with those that it is made of."""
    parts = failure.exceptions if isinstance(failure, FailureGroup) else [failure]
    return "; ".join(f"{type(each).__name__} {each}" for each in parts)
