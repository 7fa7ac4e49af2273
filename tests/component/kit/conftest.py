"""What the kit's tests need: a broker, and a bus in memory or on it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from matka_kit.bus import MemoryBus, RabbitBus
from matka_kit.topology import apply
from tests.support import trial


@pytest.fixture(autouse=True)
def trial_events() -> Iterator[None]:
    with trial.registered():
        yield


@pytest.fixture(params=["memory", "rabbit"])
def where(request: pytest.FixtureRequest) -> str:
    """Where the scene's bus is: a broker's URL, or nothing for memory."""
    return request.getfixturevalue("broker") if request.param == "rabbit" else ""


@pytest.fixture
async def scene(where: str) -> AsyncIterator[trial.Scene]:
    """The same for both buses: whatever passes here, a handler may rely on."""
    topology = trial.topology()
    if where:
        await apply(where, topology)
    bus = RabbitBus(where, name="test") if where else MemoryBus()
    yield trial.Scene(bus, topology, where)
    await bus.close()
