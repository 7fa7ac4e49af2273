"""Persons become known at `people`, who alone keeps names and addresses."""

from collections.abc import Sequence

from matka_pairing.deps import Pairing
from matka_pairing.importing import ImportRow


async def register(deps: Pairing, rows: Sequence[ImportRow], key: str) -> list[str]:
    """The ids of at most 200 persons, in their order; somebody who is known keeps all their facts.

    `key` makes it safe to repeat. Raises `Unavailable`, `Transient`, `Refused`.
    """
    persons = [
        {"name": row.name, "email": row.email, "phone": row.phone, "language": row.language} for row in rows
    ]
    answer = await deps.client.call("people", "POST", "/persons/batch", body={"persons": persons}, key=key)
    ids = {email.casefold(): person_id for email, person_id in answer["ids"].items()}
    return [ids[row.email.casefold()] for row in rows]
