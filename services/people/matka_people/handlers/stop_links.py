"""Links in letters that stop reminders, by whoever holds the letter and without signing in."""

from collections.abc import Sequence

from matka_kit.cause import Cause
from matka_kit.errors import NotFound
from matka_people.domain.person import Person, PersonalChanges
from matka_people.handlers.parts import People

PURPOSE = "stop-reminders"
_STOP = PersonalChanges(reminders=False)


async def stop_links_for(deps: People, person_ids: Sequence[str]) -> dict[str, str]:
    """What the link of each of these persons says; none for an unknown or erased one."""
    found = await deps.persons.get_many(person_ids)
    return {each.id: deps.links.token(PURPOSE, each.id) for each in found if not each.erased}


async def holder_of_link(deps: People, token: str) -> Person:
    """Whose reminders a link stops. Raises `NotFound` for a link that is not ours or of somebody erased."""
    [person_id] = deps.links.facts(PURPOSE, token)
    return _present(deps, await deps.persons.get(person_id))


async def stop_reminders(deps: People, token: str, cause: Cause) -> Person:
    """Stop the reminders of whose link it is; stopping twice changes nothing. Raises `NotFound`."""
    person = await holder_of_link(deps, token)
    return await deps.persons.update(person.id, lambda each: each.change(_STOP), cause)


def _present(deps: People, person: Person) -> Person:
    if person.erased:
        raise NotFound(kind=deps.persons.collection.name)
    return person
