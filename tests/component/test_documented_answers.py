"""Every service answers what its OpenAPI document says: a few made-up requests a route, always the same."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.core.failures import FailureGroup

from matka_cli.catalogue import declared
from matka_kit.declaration import Service
from tests.support.aside import Aside, running_aside
from tests.support.exploring import schema_of, try_out

SERVICES = [each for each in declared() if each.routers or each.public_routers]
FEW = settings(
    max_examples=5,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


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

            @FEW
            @given(case=operation.as_strategy(generation_mode=mode))
            def tried(case: Case[Any]) -> None:
                try_out(aside, service.name, case)

            try:
                tried()
            except (FailureGroup, AssertionError) as failure:
                wrong.append(f"{operation.label} ({mode.value}): {failure}")
    assert not wrong, "\n\n".join(wrong)
