"""What happens while a certificate is being made: whatever comes in between, the end is right."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from matka_certificates.facts import CertificateFacts
from matka_certificates.fonts import DEBIAN_FONTS
from matka_certificates.handlers.issuing import Whose, bring_up_to_date
from matka_certificates.handlers.parts import Certificates
from matka_certificates.press import Press
from matka_contracts.certificates import CertificateIssued, CertificateReleased, CertificateReplaced
from matka_kit.cause import Cause
from matka_kit.store import Query
from matka_kit.testing import World
from tests.support.mothers_certificates import a_seal
from tests.support.people import erase, rename
from tests.support.register import (
    check_file,
    file_of,
    issued,
    look_up,
    of_program,
    program_closes,
    program_opens,
    sealed,
)


class SlowPress(Press):
    """A press that lets something happen once, between being asked and setting the page."""

    def __init__(self, press: Press, happens: Callable[[], Awaitable[None]]) -> None:
        super().__init__(1, DEBIAN_FONTS)
        self._press = press
        self._happens: Callable[[], Awaitable[None]] | None = happens

    async def set(self, facts: CertificateFacts) -> bytes:
        happens, self._happens = self._happens, None
        if happens is not None:
            await happens()
        return await self._press.set(facts)


async def make(world: World, person_id: str, seal: int, happens: Callable[[], Awaitable[None]]) -> None:
    """Handle a seal whose meetings tell its number, while something else happens."""
    deps: Certificates = world.deps("certificates")
    slow = replace(deps, press=SlowPress(deps.press, happens))
    facts = a_seal(seal, person_id=person_id, meetings_held=seal)
    await bring_up_to_date(slow, Whose("spring", person_id), facts, Cause(f"seal {seal}"))
    await world.drain()


async def kept_in_the_archive(world: World, collection: str) -> int:
    host = world.host("certificates")
    [wanted] = [each for each in host.service.collections if each.name == collection]
    return len((await host._store.find(wanted, Query())).documents)


async def test_one_seal_handled_in_many_places_at_once_is_one_certificate(world: World, amal: str) -> None:
    await program_opens(world)
    deps, whose, seal = world.deps("certificates"), Whose("spring", amal), a_seal(person_id=amal)
    causes = [Cause(f"cause {number}") for number in range(6)]
    await asyncio.gather(*(bring_up_to_date(deps, whose, seal, cause) for cause in causes))
    await world.drain()
    assert len(world.published(CertificateIssued)) == 1
    [certificate] = await of_program(world)
    assert (await look_up(world, certificate["number"])).json()["status"] == "valid"
    assert [await kept_in_the_archive(world, kind) for kind in ("editions", "files")] == [1, 1]


async def test_seals_that_overtake_each_other_end_with_the_newest(world: World, amal: str) -> None:
    await issued(world, amal, meetings_held=1)

    async def a_newer_seal_is_handled() -> None:
        await sealed(world, a_seal(3, person_id=amal, meetings_held=3))

    await make(world, amal, 2, a_newer_seal_is_handled)
    deps = world.deps("certificates")
    certificate = await deps.certificates.get(Whose("spring", amal).certificate_id)
    assert (certificate.edition.seal, certificate.edition.content.meetings) == (3, 3)
    assert len(world.published(CertificateReplaced)) == 1
    assert (await check_file(world, await file_of(world, certificate.id))).json()["status"] == "valid"
    assert [await kept_in_the_archive(world, kind) for kind in ("editions", "files")] == [2, 1]


async def test_an_older_seal_that_comes_in_between_is_replaced(world: World, amal: str) -> None:
    await program_opens(world)

    async def an_older_seal_is_handled() -> None:
        await sealed(world, a_seal(1, person_id=amal, meetings_held=1))

    await make(world, amal, 2, an_older_seal_is_handled)
    deps = world.deps("certificates")
    certificate = await deps.certificates.get(Whose("spring", amal).certificate_id)
    assert (certificate.edition.seal, certificate.edition.content.meetings) == (2, 2)


async def test_a_name_that_changes_while_the_page_is_set_is_not_missed(world: World, amal: str) -> None:
    await program_opens(world)

    async def the_name_changes() -> None:
        await rename(world, amal, "Amal Virtanen")

    await make(world, amal, 1, the_name_changes)
    [certificate] = await of_program(world)
    assert certificate["holder_name"] == "Amal Virtanen"


async def test_a_program_that_closes_while_the_page_is_set_releases_it(world: World, amal: str) -> None:
    await program_opens(world)

    async def the_program_closes() -> None:
        await program_closes(world)

    await make(world, amal, 1, the_program_closes)
    [certificate] = await of_program(world)
    [released] = world.published(CertificateReleased)
    assert released.number == certificate["number"]


async def test_somebody_who_is_erased_while_the_page_is_set_leaves_no_name(world: World, amal: str) -> None:
    await program_opens(world)

    async def the_holder_is_erased() -> None:
        await erase(world, amal)

    await make(world, amal, 1, the_holder_is_erased)
    [certificate] = await of_program(world)
    assert certificate["holder_name"] == ""
    assert await kept_in_the_archive(world, "files") == 0


async def test_a_correction_made_while_its_holder_is_erased_leaves_no_name(world: World, amal: str) -> None:
    await issued(world, amal, meetings_held=1)

    async def the_holder_is_erased() -> None:
        await erase(world, amal)

    await make(world, amal, 2, the_holder_is_erased)
    [certificate] = await of_program(world)
    assert certificate["holder_name"] == ""
    assert await kept_in_the_archive(world, "files") == 0
