"""Requests that schemathesis makes up for every route, many of each: no answer is another than documented."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case

from matka_cli.catalogue import declared
from tests.support.aside import Aside, running_aside
from tests.support.exploring import schema_of, service_of, try_out

MANY = settings(
    max_examples=40,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
SCHEMAS = {service.name: schema_of(service) for service in declared() if service.name != "notifications"}

# schemathesis numbers its requests by `random`, inside a strategy; what is asked does not depend on it
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")


@pytest.fixture(scope="module")
def aside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aside]:
    with running_aside(tmp_path_factory.mktemp("aside")) as running:
        yield running


@schemathesis.pytest.parametrize(**SCHEMAS)
@MANY
def test_every_answer_is_documented(case: Case[Any], aside: Aside) -> None:
    try_out(aside, service_of(case), case)
