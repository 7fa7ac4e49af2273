"""After the closing event every holder may have their certificate, each edition once."""

from matka_contracts.certificates import CertificateReleased
from matka_kit.testing import World
from tests.support.mothers_certificates import a_seal
from tests.support.people import register, rename
from tests.support.register import issued, of_program, program_closes, program_opens, sealed
from tests.support.telling import problem


async def test_closing_the_program_releases_every_certificate_once(world: World) -> None:
    await program_opens(world)
    for number in range(53):
        person = await register(world, f"p{number}@example.org", f"Person {number}")
        await sealed(world, a_seal(person_id=person))
    assert world.published(CertificateReleased) == []
    await program_closes(world)
    await program_closes(world, id="told once more")
    released = world.published(CertificateReleased)
    assert {each.number for each in released} == {each["number"] for each in await of_program(world)}
    assert len(released) == 53


async def test_a_certificate_made_after_the_closing_is_released_with_its_issue(
    world: World, amal: str
) -> None:
    await program_opens(world)
    await program_closes(world)
    await sealed(world, a_seal(person_id=amal))
    [certificate] = await of_program(world)
    [released] = world.published(CertificateReleased)
    assert (released.number, released.person_id) == (certificate["number"], amal)


async def test_a_correction_after_the_closing_reaches_the_holder_too(world: World, amal: str) -> None:
    await issued(world, amal)
    await program_closes(world)
    await rename(world, amal, "Amal Virtanen")
    [certificate] = await of_program(world)
    released = world.published(CertificateReleased)
    assert len(released) == 2
    assert released[-1].number == certificate["number"]
    assert certificate["released"]


async def test_a_program_closes_only_its_own_certificates(world: World, amal: str) -> None:
    await issued(world, amal)
    await program_opens(world, "autumn")
    await program_closes(world, "autumn")
    assert world.published(CertificateReleased) == []


async def test_a_revoked_certificate_is_not_released(world: World, amal: str) -> None:
    certificate = await issued(world, amal)
    staff = world.as_person("certificates", "staff", ("coordinator", "spring"))
    await staff.post(f"/certificates/{certificate['id']}/revoke", json={"reason": "error"})
    await program_closes(world)
    assert world.published(CertificateReleased) == []


async def test_holders_see_their_own_certificate_once_it_is_released(world: World, amal: str) -> None:
    certificate = await issued(world, amal)
    me = world.as_person("certificates", amal, ("mentee", "spring"))
    path = f"/certificates/{certificate['id']}/file"
    assert (await me.get("/me/certificates")).json() == {"certificates": []}
    assert problem(await me.get(path)) == (404, "not-found")
    await program_closes(world)
    [mine] = (await me.get("/me/certificates")).json()["certificates"]
    assert (mine["number"], mine["status"]) == (certificate["number"], "issued")
    assert (await me.get(path)).content.startswith(b"%PDF")
    other = world.as_person("certificates", "somebody", ("mentee", "spring"))
    assert (await other.get("/me/certificates")).json() == {"certificates": []}
    assert problem(await other.get(path)) == (404, "not-found")
