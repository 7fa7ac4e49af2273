"""Who sees what: staff, holders, the public register; revocation and erasure."""

import pytest

from matka_contracts.certificates import CertificateReplaced, CertificateRevoked
from matka_kit.testing import World
from tests.support.mothers_certificates import a_seal
from tests.support.people import erase, rename
from tests.support.register import (
    STAFF,
    check_file,
    file_of,
    issued,
    look_up,
    of_program,
    program_closes,
    program_opens,
    sealed,
)
from tests.support.telling import problem


async def test_staff_see_the_certificates_of_their_own_programs(world: World, amal: str) -> None:
    certificate = await issued(world, amal)
    assert (certificate["holder_name"], certificate["status"]) == ("Amal Haddad", "issued")
    here, elsewhere = (
        world.as_person("certificates", "staff", ("reader", program)) for program in ("spring", "autumn")
    )
    path = f"/certificates/{certificate['id']}/file"
    assert (await here.get(path)).content.startswith(b"%PDF")
    assert problem(await elsewhere.get(path)) == (404, "not-found")
    assert problem(await elsewhere.get("/programs/spring/certificates")) == (403, "forbidden")
    mentee = world.as_person("certificates", amal, ("mentee", "spring"))
    assert problem(await mentee.get("/programs/spring/certificates")) == (403, "forbidden")


async def test_the_register_is_asked_by_the_gateway_alone(world: World, amal: str) -> None:
    certificate = await issued(world, amal)
    path = f"/register/{certificate['number']}"
    for caller in (
        world.as_person("certificates", amal, STAFF),
        world.as_service("certificates", "learning"),
    ):
        assert problem(await caller.get(path)) == (403, "forbidden")
        check = await caller.post("/register/check", json={"sha256": "0" * 64})
        assert problem(check) == (403, "forbidden")
    assert problem(await world.as_nobody("certificates").get(path)) == (401, "unauthenticated")


async def test_files_go_to_nobody_else(world: World, amal: str) -> None:
    certificate = await issued(world, amal)
    path = f"/certificates/{certificate['id']}/file"
    assert problem(await world.as_service("certificates", "learning").get(path)) == (404, "not-found")
    assert problem(await world.as_service("certificates", "notifications").get("/certificates/x/file")) == (
        404,
        "not-found",
    )


async def test_coordinators_revoke_and_nothing_brings_it_back(world: World, amal: str) -> None:
    certificate = await issued(world, amal)
    path, reason = f"/certificates/{certificate['id']}/revoke", {"reason": "issued-in-error"}
    for role, program, refusal in (
        ("helper", "spring", (403, "forbidden")),
        ("coordinator", "autumn", (404, "not-found")),
        ("mentee", "spring", (404, "not-found")),
    ):
        caller = world.as_person("certificates", amal, (role, program))
        assert problem(await caller.post(path, json=reason)) == refusal
    staff = world.as_person("certificates", "staff", STAFF)
    assert (await staff.post(path, json=reason)).json()["status"] == "revoked"
    assert (await staff.post(path, json={"reason": "again"})).json()["revoked"] == "issued-in-error"
    await rename(world, amal, "Amal Virtanen")
    await sealed(world, a_seal(2, person_id=amal, meetings_held=20))
    assert [event.reason for event in world.published(CertificateRevoked)] == ["issued-in-error"]
    assert world.published(CertificateReplaced) == []
    entry = (await look_up(world, certificate["number"])).json()
    assert (entry["status"], entry["holder_name"]) == ("revoked", "")
    file = await staff.get(f"/certificates/{certificate['id']}/file")
    assert problem(file) == (409, "certificate-is-revoked")


@pytest.mark.parametrize("reason", ["", "In plain words", "x" * 51, None])
async def test_a_reason_is_a_code(world: World, reason: str | None) -> None:
    staff = world.as_person("certificates", "staff", STAFF)
    answer = await staff.post("/certificates/any/revoke", json={"reason": reason})
    assert problem(answer) == (422, "invalid-input")


async def test_after_erasure_the_register_still_answers_by_number_and_by_file(
    world: World, amal: str
) -> None:
    first = await issued(world, amal)
    await sealed(world, a_seal(2, person_id=amal, meetings_held=13))
    await program_closes(world)
    [second] = await of_program(world)
    pdf = await file_of(world, second["id"])
    await erase(world, amal)
    for answer in (await look_up(world, second["number"]), await check_file(world, pdf)):
        assert (answer.json()["status"], answer.json()["holder_name"]) == ("valid", "")
    assert (await look_up(world, first["number"])).json()["status"] == "replaced"
    notifications = world.as_service("certificates", "notifications")
    assert problem(await notifications.get(f"/certificates/{second['id']}/file")) == (404, "not-found")
    me = world.as_person("certificates", amal)
    assert (await me.get("/me/certificates")).json() == {"certificates": []}


async def test_a_late_seal_does_not_bring_an_erased_person_back(world: World, amal: str) -> None:
    await program_opens(world)
    await erase(world, amal)
    await sealed(world, a_seal(person_id=amal))
    assert await of_program(world) == []
    assert world.bus.dead_letters("certificates") == []


async def test_an_edition_that_never_came_into_force_is_unknown(world: World, amal: str) -> None:
    certificate = await issued(world, amal)
    deps = world.deps("certificates")
    filed = await deps.archive.by_number(certificate["number"])
    never = type(filed)("MTK-2027-0000-0000-0000", certificate["id"])
    await deps.archive.file(never, "0" * 64, b"written before a crash")
    body = {"sha256": "0" * 64}
    gateway = world.as_service("certificates", "gateway")
    assert problem(await gateway.post("/register/check", json=body)) == (404, "not-found")
