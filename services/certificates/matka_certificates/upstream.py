"""What certificates asks of `people`: the name to print and the language to print it in."""

from matka_certificates.domain.content import Holder
from matka_kit.client import ServiceClient
from matka_kit.errors import Transient


async def holder_of(client: ServiceClient, person_id: str) -> Holder:
    """Whom a certificate names.

    Raises `Transient` for somebody who is not there: their erasure will be heard of soon.
    """
    answer = await client.call("people", "POST", "/persons/lookup", body={"ids": [person_id]})
    if not answer["persons"]:
        raise Transient("the holder is not known at people")
    [person] = answer["persons"]
    return Holder(name=person["name"], language=person["language"])
