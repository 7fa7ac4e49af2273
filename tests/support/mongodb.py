"""Pytest plugin: which MongoDB the store's suite talks to, and a first and last line when there is none.

A server is named by `--mongodb-url` or `MATKA_TEST_MONGODB_URL`; else `MATKA_TEST_MONGODB_PYTHON`, an
interpreter that has mongoeco, lets the suite start `mongoeco_server.py` in a process of its own.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

NOT_TESTED = (
    "MongoDB adapter not tested: no --mongodb-url, MATKA_TEST_MONGODB_URL or MATKA_TEST_MONGODB_PYTHON"
)
_LEFT_OUT = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mongodb-url", help="a MongoDB for the store's suite; it makes databases of its own")


def server_url(config: pytest.Config) -> str:
    """The server that was named, or an empty string."""
    option: str | None = config.getoption("--mongodb-url", None)
    return option or os.environ.get("MATKA_TEST_MONGODB_URL", "")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if server_url(config) or os.environ.get("MATKA_TEST_MONGODB_PYTHON"):
        return
    needing = [item for item in items if _needs_mongodb(item)]
    if needing:
        config.stash[_LEFT_OUT] = True
        config.hook.pytest_deselected(items=needing)
        items[:] = [item for item in items if not _needs_mongodb(item)]
        _say(config)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if config.stash.get(_LEFT_OUT, False):
        _say(config)


def _needs_mongodb(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function):
        return False
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    return parameters.get("adapter") == "mongodb" or "mongodb_url" in item.fixturenames


def _say(config: pytest.Config) -> None:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.ensure_newline()
        reporter.write_line(NOT_TESTED, yellow=True)


@pytest.fixture(scope="session")
def mongodb_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The server that was named, or a stand-in that lives as long as the session."""
    named = server_url(request.config)
    if named:
        yield named
        return
    script = Path(__file__).with_name("mongoeco_server.py")
    words = [os.environ["MATKA_TEST_MONGODB_PYTHON"], str(script), str(tmp_path_factory.mktemp("mongoeco"))]
    # The interpreter is another one: it must not see our packages.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as server:
        assert server.stdin is not None
        assert server.stdout is not None
        port = int(server.stdout.readline())
        yield f"mongodb://127.0.0.1:{port}/?directConnection=true"
        server.stdin.close()
        server.wait(timeout=10)
