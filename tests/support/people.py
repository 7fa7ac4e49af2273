"""Ways to say what a test wants of the service `people`, over its own HTTP."""

from matka_kit.testing import World

ADMINISTRATOR = ("administrator", "*")


async def register(world: World, email: str = "amal@example.org", name: str = "Amal Haddad") -> str:
    """The id of a person whom staff registered."""
    staff = world.as_person("people", "staff", ("coordinator", "spring"))
    answer = await staff.post("/persons", json={"name": name, "email": email, "language": "fi"})
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


async def grant(world: World, person_id: str, role: str, scope: str) -> None:
    """Give a person a role, as an administrator."""
    administrator = world.as_person("people", "root", ADMINISTRATOR)
    answer = await administrator.post(f"/persons/{person_id}/roles", json={"role": role, "scope": scope})
    assert answer.is_success, answer.text


async def rename(world: World, person_id: str, name: str) -> None:
    """The person changes their name, and what follows from it has happened."""
    me = world.as_person("people", person_id)
    assert (await me.patch(f"/persons/{person_id}", json={"name": name})).is_success
    await world.drain()


async def erase(world: World, person_id: str) -> None:
    """The person is erased, and what follows from it has happened."""
    administrator = world.as_person("people", "root", ADMINISTRATOR)
    assert (await administrator.post(f"/persons/{person_id}/erase")).is_success
    await world.drain()
