"""Roles over HTTP and by event: who may give them, and that an admission gives one."""

from matka_contracts.pairing import ApplicantAdmitted
from matka_contracts.people import RoleGranted, RoleRevoked
from matka_contracts.terms import Role
from matka_kit.cause import Cause
from matka_kit.testing import World
from tests.support.mothers_people import a_person
from tests.support.people import ADMINISTRATOR, grant, register
from tests.support.telling import announce, problem, tell


def admitted(person_id: str) -> ApplicantAdmitted:
    return ApplicantAdmitted(
        application_id="application", program_id="spring", person_id=person_id, role=Role.MENTEE
    )


async def test_somebody_admitted_may_act_in_the_program(world: World) -> None:
    amal = await register(world)
    await tell(world, admitted(amal))
    await tell(world, admitted(amal))
    await tell(world, admitted(amal), id="the same told anew")
    granted = RoleGranted(person_id=amal, role=Role.MENTEE, scope="spring")
    assert world.published(RoleGranted) == [granted]
    gateway = world.as_service("people", "gateway")
    grants = (await gateway.get(f"/persons/{amal}/grants")).json()
    assert grants == {"grants": [{"role": "mentee", "scope": "spring"}]}


async def test_an_admission_does_not_bring_an_erased_person_back(world: World) -> None:
    amal = await register(world)
    await world.as_person("people", "root", ADMINISTRATOR).post(f"/persons/{amal}/erase")
    await tell(world, admitted(amal))
    assert world.published(RoleGranted) == []
    assert world.bus.dead_letters("people") == []


async def test_an_admission_of_somebody_unknown_waits_for_them(world: World) -> None:
    await announce(world, admitted("amal"))
    assert world.published(RoleGranted) == []
    amal = a_person()
    await world.deps("people").persons.add(amal, amal.register(), Cause.of_timer())
    await world.drain()
    assert world.published(RoleGranted) == [RoleGranted(person_id="amal", role=Role.MENTEE, scope="spring")]


async def test_administrators_give_and_take_any_role(world: World) -> None:
    amal = await register(world)
    await grant(world, amal, "coordinator", "spring")
    administrator = world.as_person("people", "root", ADMINISTRATOR)
    path = f"/persons/{amal}/roles/coordinator/spring"
    assert (await administrator.delete(path)).status_code == 204
    assert (await administrator.delete(path)).status_code == 204
    await world.drain()
    revoked = RoleRevoked(person_id=amal, role=Role.COORDINATOR, scope="spring")
    assert world.published(RoleRevoked) == [revoked]


async def test_coordinators_choose_their_own_helpers_and_readers(world: World) -> None:
    amal = await register(world)
    coordinator = world.as_person("people", "staff", ("coordinator", "spring"))
    for role, scope, status in (
        ("helper", "spring", 200),
        ("reader", "spring", 200),
        ("helper", "autumn", 403),
        ("coordinator", "spring", 403),
        ("mentor", "spring", 403),
        ("administrator", "*", 403),
    ):
        answer = await coordinator.post(f"/persons/{amal}/roles", json={"role": role, "scope": scope})
        assert answer.status_code == status, (role, scope)
    assert (await coordinator.delete(f"/persons/{amal}/roles/helper/spring")).status_code == 204
    assert problem(await coordinator.delete(f"/persons/{amal}/roles/mentee/spring")) == (403, "forbidden")


async def test_a_role_must_fit_its_scope(world: World) -> None:
    amal = await register(world)
    administrator = world.as_person("people", "root", ADMINISTRATOR)
    answer = await administrator.post(
        f"/persons/{amal}/roles", json={"role": "administrator", "scope": "spring"}
    )
    assert problem(answer) == (422, "scope-does-not-fit-role")


async def test_roles_are_read_by_the_gateway_alone(world: World) -> None:
    amal = await register(world)
    staff = world.as_person("people", "root", ADMINISTRATOR)
    assert problem(await staff.get(f"/persons/{amal}/grants")) == (403, "forbidden")


async def test_the_command_line_makes_the_first_administrator(world: World) -> None:
    body = {"email": "root@example.org", "name": "Outi", "language": "fi"}
    cli = world.as_service("people", "cli")
    ids = {(await cli.post("/administrators", json=body)).json()["id"] for _ in range(2)}
    assert len(ids) == 1
    await world.drain()
    granted = RoleGranted(person_id=ids.pop(), role=Role.ADMINISTRATOR, scope="*")
    assert world.published(RoleGranted) == [granted]
    staff = world.as_person("people", "staff", ("coordinator", "spring"))
    assert problem(await staff.post("/administrators", json=body)) == (403, "forbidden")
