"""From a seal to a certificate: issued once, replaced when it states something else, in any order."""

from datetime import timedelta

from matka_contracts.certificates import CertificateIssued, CertificateReplaced, CertificateRevoked
from matka_contracts.pairing import ProgramStarted
from matka_contracts.people import PersonChanged
from matka_contracts.terms import Door, Role
from matka_kit.cause import Cause
from matka_kit.testing import World
from tests.support.mothers_certificates import CLOSING_EVENT, a_gathering, a_seal, nothing_sealed, opened
from tests.support.mothers_people import a_person
from tests.support.people import register, rename
from tests.support.register import (
    check_file,
    file_of,
    issued,
    look_up,
    of_program,
    program_opens,
    seal_arrives,
    sealed,
    text_of,
)
from tests.support.telling import problem, tell


async def test_a_seal_becomes_a_certificate_that_anyone_can_check(world: World, amal: str) -> None:
    certificate = await issued(world, amal)
    [event] = world.published(CertificateIssued)
    assert (event.number, event.certificate_id) == (certificate["number"], certificate["id"])
    pdf = await file_of(world, certificate["id"])
    for said in (
        "Amal Haddad",
        certificate["number"],
        "Matkalla työelämään",
        "https://matka.example.org/verify",
    ):
        assert said in text_of(pdf)
    entry = {
        "status": "valid",
        "number": certificate["number"],
        "holder_name": "Amal Haddad",
        "program_title": opened().title,
        "issued_on": "2027-07-09",
        "replaced_by": None,
    }
    sloppy = certificate["number"].lower().replace("-", " ")
    for answer in (await look_up(world, sloppy), await check_file(world, pdf)):
        assert answer.json() == entry


async def test_a_certificate_says_what_is_true_on_the_day_that_it_is_handed_out(
    world: World, amal: str
) -> None:
    certificate = await issued(world, amal, role=Role.MENTOR, door=Door.SELF_STUDY)
    said = text_of(await file_of(world, certificate["id"]))
    for text in ("9. heinäkuuta 2027", "itseopiskelukurssi", "mentorina", "alusta päätökseen"):
        assert text in said
    assert "18. heinäkuuta" not in said


async def test_a_closing_event_that_moves_moves_the_certificates_date(world: World, amal: str) -> None:
    await issued(world, amal)
    later = CLOSING_EVENT + timedelta(days=3)
    await sealed(world, a_seal(2, person_id=amal, handed_out_at=later))
    [certificate] = await of_program(world)
    assert certificate["issued_on"] == "2027-07-12"


async def test_a_name_that_changes_after_the_closing_event_is_dated_then(world: World, amal: str) -> None:
    await issued(world, amal)
    world.clock.step(CLOSING_EVENT + timedelta(days=30))
    await rename(world, amal, "Amal Virtanen")
    [certificate] = await of_program(world)
    assert certificate["issued_on"] == "2027-08-08"


async def test_an_edited_file_is_not_on_the_register(world: World, amal: str) -> None:
    certificate = await issued(world, amal)
    pdf = await file_of(world, certificate["id"])
    assert problem(await check_file(world, pdf + b"\n")) == (404, "not-found")


async def test_a_number_that_was_never_given_is_unknown_or_mistyped(world: World) -> None:
    assert problem(await look_up(world, "MTK-2027-0000-0000-0000")) == (422, "number-mistyped")
    unknown = "MTK-2027-0000-0000-0005"
    known = [await look_up(world, unknown[:-1] + letter) for letter in "0123456789ABCDEFGHJKMNPQRSTVWXYZ"]
    assert sorted(answer.status_code for answer in known) == [404, *[422] * 31]


async def test_the_same_seal_again_makes_no_second_certificate(world: World, amal: str) -> None:
    await issued(world, amal)
    await sealed(world, a_seal(person_id=amal))
    await sealed(world, a_seal(person_id=amal), id="replayed much later")
    assert len(world.published(CertificateIssued)) == 1
    assert world.published(CertificateReplaced) == []


async def test_a_seal_with_other_facts_replaces_the_certificate(world: World, amal: str) -> None:
    first = await issued(world, amal)
    old = await file_of(world, first["id"])
    await sealed(world, a_seal(2, person_id=amal, meetings_held=13))
    [second] = await of_program(world)
    assert second["id"] == first["id"]
    [event] = world.published(CertificateReplaced)
    assert (event.replaced_number, event.number) == (first["number"], second["number"])
    for answer in (await look_up(world, first["number"]), await check_file(world, old)):
        assert (answer.json()["status"], answer.json()["replaced_by"]) == ("replaced", second["number"])
        assert answer.json()["holder_name"] == ""
    assert (await check_file(world, await file_of(world, first["id"]))).json()["status"] == "valid"


async def test_a_seal_with_the_same_facts_changes_nothing(world: World, amal: str) -> None:
    first = await issued(world, amal)
    await sealed(world, a_seal(2, person_id=amal))
    assert await of_program(world) == [first]
    await sealed(world, a_seal(1, person_id=amal, meetings_held=1), id="an old one, late")
    assert await of_program(world) == [first]


async def test_a_new_name_replaces_the_certificate_and_hides_the_old_name(world: World, amal: str) -> None:
    first = await issued(world, amal)
    await rename(world, amal, "أمل فيرتانين")
    [second] = await of_program(world)
    assert second["holder_name"] == "أمل فيرتانين"
    assert (await look_up(world, first["number"])).json()["holder_name"] == ""
    assert (await look_up(world, second["number"])).json()["holder_name"] == "أمل فيرتانين"
    assert "Haddad" not in text_of(await file_of(world, first["id"]))


async def test_other_changes_of_a_person_replace_nothing(world: World, amal: str) -> None:
    first = await issued(world, amal)
    me = world.as_person("people", amal)
    await me.patch(f"/persons/{amal}", json={"email": "new@example.org", "language": "sv"})
    await world.drain()
    assert await of_program(world) == [first]


async def test_a_change_back_and_forth_ends_with_a_valid_certificate(world: World, amal: str) -> None:
    first = await issued(world, amal)
    await rename(world, amal, "Amal Virtanen")
    await rename(world, amal, "Amal Haddad")
    [third] = await of_program(world)
    assert third["number"] != first["number"]
    assert (await check_file(world, await file_of(world, third["id"]))).json()["status"] == "valid"


async def test_a_seal_waits_for_its_program(world: World, amal: str) -> None:
    await seal_arrives(world, a_seal(person_id=amal))
    assert await of_program(world) == []
    await program_opens(world)
    assert len(await of_program(world)) == 1


async def test_a_program_is_known_by_its_start_too(world: World, amal: str) -> None:
    started = ProgramStarted.model_validate(opened().model_dump())
    await tell(world, started, subject="spring", sequence=2)
    await sealed(world, a_seal(person_id=amal))
    assert len(await of_program(world)) == 1


async def test_a_seal_waits_for_its_holder_to_be_known(world: World) -> None:
    await program_opens(world)
    await seal_arrives(world, a_seal(person_id="amal"))
    assert await of_program(world) == []
    amal = a_person()
    await world.deps("people").persons.add(amal, amal.register(), Cause.of_timer())
    await world.drain()
    assert len(await of_program(world)) == 1


async def test_a_seal_without_participation_makes_none(world: World, amal: str) -> None:
    await program_opens(world)
    await sealed(world, nothing_sealed(1).model_copy(update={"person_id": amal}))
    assert await of_program(world) == []


async def test_a_correction_withdraws_a_certificate_and_another_brings_it_back(
    world: World, amal: str
) -> None:
    first = await issued(world, amal)
    nothing = nothing_sealed(2).model_copy(update={"person_id": amal})
    await sealed(world, nothing)
    await sealed(world, nothing, id="told again")
    [revoked] = world.published(CertificateRevoked)
    assert revoked.reason == "no-participation"
    assert (await look_up(world, first["number"])).json()["status"] == "revoked"
    await rename(world, amal, "Amal Virtanen")
    assert world.published(CertificateReplaced) == []
    await sealed(world, a_seal(3, person_id=amal))
    [second] = await of_program(world)
    assert (second["status"], second["holder_name"]) == ("issued", "Amal Virtanen")
    assert (await look_up(world, first["number"])).json()["replaced_by"] == second["number"]


async def test_long_titles_and_many_gatherings_still_make_one_page(world: World, amal: str) -> None:
    long = "Kokemuksia työelämästä " * 20
    gatherings = tuple(a_gathering().model_copy(update={"title": {"fi": long}}) for _ in range(30))
    certificate = await issued(world, amal, gatherings=gatherings)
    assert "Kokemuksia" in text_of(await file_of(world, certificate["id"]))


async def test_a_name_that_no_font_can_show_is_put_aside_and_said_so(world: World) -> None:
    person = await register(world, "rare@example.org", "Rare \U000e0fff\U0001f9ff \ufdd0")
    await program_opens(world)
    await sealed(world, a_seal(person_id=person))
    assert await of_program(world) == []
    [letter] = world.bus.dead_letters("certificates")
    assert letter.code == "name-not-printable"


async def test_only_the_name_matters_among_changes(world: World, amal: str) -> None:
    await tell(world, PersonChanged(person_id=amal, changed=("phone",)), subject=amal, sequence=5)
    assert await world.deps("certificates").holders.get(amal) is None
