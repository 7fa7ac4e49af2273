"""One cell of the matrix: a route, somebody who asks, and what they hear."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx2

from tests.support.rights import BODIES, RIGHTS

QUERIES = {"pairing GET /proposals/{draft_id}/why-not": "?mentor={mentor}&mentee={mentee}"}
THINGS = {"/gatherings": "gathering", "/meetings": "meeting", "/jobs": "job", "/goals": "goal"}
NEVER_GIVEN = "11111111-1111-5111-8111-111111111111"


class Nothing(dict[str, str]):
    """Stands for what is known where nothing is: an id that was never given in every place."""

    def __missing__(self, name: str) -> str:
        return "0" * 64 if name == "sha256" else NEVER_GIVEN


Asked = tuple[str, str, Any]
Heard = tuple[int, Any]


def routes() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Each service with each of its routes and who is let in."""
    for service, table in RIGHTS.items():
        for route, may in table.items():
            yield service, route, may


def filled(service: str, route: str, known: Mapping[str, str]) -> Asked:
    """Method, path and body of a route, with what there is in the places of its parameters."""
    method, _, path = route.partition(" ")
    linked = f"{service} token"
    thing = THINGS.get(path[: path.find("/", 1)], "assignment")
    places = {"id": known[thing], "role": "reader"}
    places |= {"token": known[linked]} if "{token}" in path else {}
    places |= {"scope": known["program"], "person_id": known["mentee"]}
    places |= {"person_id": known["mentor"]} if "/mentors/" in path else {}
    places["job_id"] = f"{known['draft']}:publish"

    def there(match: re.Match[str]) -> str:
        name = match[1]
        return places.get(name) or known[name.removesuffix("_id")]

    path = re.sub(r"\{([a-z0-9_ ]+)\}", there, path + QUERIES.get(f"{service} {route}", ""))
    body = re.sub(r"\{([a-z0-9]+)\}", there, json.dumps(BODIES.get(f"{service} {route}")))
    return method, path, json.loads(body)


async def heard(client: httpx2.AsyncClient, asked: Asked, below: str = "") -> Heard:
    """Status and content of the answer; of a success, only that it is one."""
    method, path, body = asked
    answer = await client.request(method, f"{below}{path}", json=body)
    return answer.status_code, None if answer.is_success else answer.json()
