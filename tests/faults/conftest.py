"""A broker that may be harmed, one per module."""

from collections.abc import Iterator

import pytest

from tests.support import trial
from tests.support.broker import Node, running_node


@pytest.fixture(autouse=True)
def trial_events() -> Iterator[None]:
    with trial.registered():
        yield


@pytest.fixture(scope="module")
def own_node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A private node that only this module uses, to stop, kill or freeze."""
    with running_node(tmp_path_factory.mktemp("rabbit")) as node:
        yield node


@pytest.fixture
def url(own_node: Node) -> Iterator[str]:
    """A vhost of its own on that node."""
    with own_node.vhost() as url:
        yield url
