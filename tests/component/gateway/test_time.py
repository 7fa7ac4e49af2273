"""Sessions and allowances in machine time, on a real store."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from matka_gateway.allowances import PER_ADDRESS_SIGN_INS, Allowance, Allowances, TooManyAttempts
from matka_gateway.gateway import Gateway
from matka_gateway.sessions import SESSIONS, Sessions
from matka_kit.clock import Clock
from matka_kit.errors import Unauthenticated, Unavailable
from matka_kit.testing import World
from tests.support.people import ADMINISTRATOR, grant, register

START = datetime(2027, 1, 18, 12, tzinfo=UTC)
TWICE_A_MINUTE = Allowance("test", 2, timedelta(minutes=1))


@dataclass
class Watch(Clock):
    """A machine's clock that a test turns on; the domain's does not matter here."""

    time: datetime = START

    def now(self) -> datetime:
        return START

    def machine(self) -> datetime:
        return self.time

    def turn(self, **by: float) -> None:
        self.time += timedelta(**by)


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def gateway(world: World) -> Gateway:
    found: Gateway = world.deps("gateway")
    return found


@pytest.fixture
def sessions(gateway: Gateway, watch: Watch) -> Sessions:
    of_world = gateway.sessions
    return Sessions(of_world._repository, of_world._store, watch, gateway.client)


@pytest.fixture
def allowances(gateway: Gateway, watch: Watch) -> Allowances:
    of_world = gateway.allowances
    return Allowances(of_world._repository, of_world._store, watch, b"secret", 1)


async def test_a_session_ends_after_twelve_idle_hours(world: World, sessions: Sessions, watch: Watch) -> None:
    secret = await sessions.open(await register(world), "fi")
    for _ in range(3):
        watch.turn(hours=11)
        await sessions.of(secret)
    watch.turn(hours=12)
    with pytest.raises(Unauthenticated):
        await sessions.of(secret)


async def test_a_session_ends_after_thirty_days_of_use(
    world: World, sessions: Sessions, watch: Watch
) -> None:
    secret = await sessions.open(await register(world), "fi")
    for _ in range(71):
        watch.turn(hours=10)
        await sessions.of(secret)
    watch.turn(hours=10)
    with pytest.raises(Unauthenticated):
        await sessions.of(secret)


async def test_what_has_expired_is_deleted(world: World, sessions: Sessions, watch: Watch) -> None:
    person = await register(world)
    await sessions.open(person, "fi")
    watch.turn(hours=6)
    kept = await sessions.open(person, "fi")
    watch.turn(hours=6)
    await sessions.sweep()
    assert await sessions._store.count(SESSIONS, {"person_id": person}) == 1
    await sessions.of(kept)


async def test_the_store_holds_no_secret(world: World, sessions: Sessions) -> None:
    secret = await sessions.open(await register(world), "fi")
    assert len(secret) >= 43
    document = await sessions._store.get(SESSIONS, secret)
    assert document is None
    await sessions.of(secret)


async def test_old_roles_are_read_again_although_no_event_came(
    world: World, sessions: Sessions, watch: Watch
) -> None:
    person = await register(world)
    secret = await sessions.open(person, "fi")
    assert not (await sessions.of(secret)).grants
    world.bus.away = True
    await grant(world, person, "mentor", "spring")
    watch.turn(minutes=9)
    assert not (await sessions.of(secret)).grants
    watch.turn(minutes=1)
    assert (await sessions.of(secret)).grants


async def test_while_people_is_away_old_roles_serve_and_doubtful_ones_do_not(
    world: World, sessions: Sessions, watch: Watch, gateway: Gateway
) -> None:
    person = await register(world)
    secret = await sessions.open(person, "fi")
    await sessions.of(secret)
    gateway.settings.urls.pop("people")
    watch.turn(minutes=11)
    assert (await sessions.of(secret)).person_id == person
    new = await sessions.open(person, "fi")
    with pytest.raises(Unavailable):
        await sessions.of(new)


async def test_a_person_who_is_gone_has_no_session(world: World, sessions: Sessions) -> None:
    person = await register(world)
    secret = await sessions.open(person, "fi")
    root = world.as_person("people", "root", ADMINISTRATOR)
    await root.post(f"/persons/{person}/erase")
    with pytest.raises(Unauthenticated):
        await sessions.of(secret)


async def test_an_allowance_is_spent_and_comes_back_with_the_next_window(
    allowances: Allowances, watch: Watch
) -> None:
    for _ in range(2):
        await allowances.spend(TWICE_A_MINUTE, "a client")
    with pytest.raises(TooManyAttempts) as refusal:
        await allowances.spend(TWICE_A_MINUTE, "a client")
    assert refusal.value.params == {"minutes": 1}
    await allowances.spend(TWICE_A_MINUTE, "another client")
    watch.turn(minutes=1)
    await allowances.spend(TWICE_A_MINUTE, "a client")


async def test_people_hear_how_long_to_wait(allowances: Allowances, watch: Watch) -> None:
    watch.turn(minutes=3)
    for _ in range(5):
        await allowances.spend(PER_ADDRESS_SIGN_INS, "amal@example.org")
    with pytest.raises(TooManyAttempts) as refusal:
        await allowances.spend(PER_ADDRESS_SIGN_INS, "amal@example.org")
    assert refusal.value.params == {"minutes": 7}


async def test_windows_that_are_over_are_forgotten(allowances: Allowances, watch: Watch) -> None:
    await allowances.spend(TWICE_A_MINUTE, "a client")
    watch.turn(minutes=1)
    await allowances.spend(TWICE_A_MINUTE, "a client")
    await allowances.sweep()
    left = await allowances._repository.count({"expires_at": START + timedelta(minutes=2)})
    assert left == 1
