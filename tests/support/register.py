"""Ways to say what a test wants of the service `certificates`, and to read what it has made."""

import hashlib
from io import BytesIO
from typing import Any

import httpx2
from pypdf import PdfReader

from matka_contracts.scheduling import ParticipationSealed
from matka_kit.testing import World
from tests.support.mothers_certificates import a_seal, closed, opened
from tests.support.telling import announce, tell

STAFF = ("coordinator", "spring")


async def program_opens(world: World, program_id: str = "spring") -> None:
    """The program is known."""
    await tell(world, opened(program_id), subject=program_id, sequence=1, id=f"{program_id} opened")


async def program_closes(world: World, program_id: str = "spring", id: str = "closed") -> None:
    """The program is over, and what follows from it has happened."""
    await tell(world, closed(program_id), subject=program_id, sequence=9, id=id)


async def sealed(world: World, seal: ParticipationSealed, id: str = "") -> None:
    """A seal arrives, and what follows from it has happened."""
    await seal_arrives(world, seal, id)
    await world.drain()


async def seal_arrives(world: World, seal: ParticipationSealed, id: str = "") -> None:
    """A seal arrives; what cannot be done at once is not tried again yet."""
    whose = f"{seal.program_id} {seal.person_id}"
    await announce(world, seal, subject=whose, sequence=seal.seal, id=id or f"{whose} {seal.seal}")


async def issued(world: World, person_id: str, **facts: Any) -> dict[str, Any]:
    """The certificate of a person in a program that is open, as staff see it."""
    await program_opens(world)
    await sealed(world, a_seal(person_id=person_id, **facts))
    return (await of_program(world))[-1]


async def of_program(world: World, program_id: str = "spring") -> list[dict[str, Any]]:
    """All certificates of a program, as staff see them."""
    staff = world.as_person("certificates", "staff", ("reader", program_id))
    answer = await staff.get(f"/programs/{program_id}/certificates")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["certificates"])


async def look_up(world: World, number: str) -> httpx2.Response:
    """What the register says of a number."""
    return await world.as_service("certificates", "gateway").get(f"/register/{number}")


async def check_file(world: World, content: bytes) -> httpx2.Response:
    """What the register says of a file."""
    body = {"sha256": hashlib.sha256(content).hexdigest()}
    return await world.as_service("certificates", "gateway").post("/register/check", json=body)


async def file_of(world: World, certificate_id: str) -> bytes:
    """The PDF, as notifications fetches it to mail it."""
    answer = await world.as_service("certificates", "notifications").get(
        f"/certificates/{certificate_id}/file"
    )
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return answer.content


def text_of(pdf: bytes) -> str:
    """The words of a one-page PDF, on one line."""
    [page] = PdfReader(BytesIO(pdf)).pages
    return " ".join(page.extract_text().split())
