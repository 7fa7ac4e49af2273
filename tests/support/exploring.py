"""Requests that schemathesis makes up from a service's OpenAPI document, and what each answer must be."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import cycle
from typing import Any

import httpx2
import requests
import schemathesis
from schemathesis import Case, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from matka_kit.declaration import Service
from matka_kit.host import GATEWAY
from tests.support.aside import Aside
from tests.support.error_codes import error_codes
from tests.support.matrix import THINGS
from tests.support.rights import RIGHTS
from tests.support.rights import SERVICES as CALLERS
from tests.support.routes import document

PEOPLE = ("administrator", "coordinator", "mentee")
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
    negative_data_rejection,
    unsupported_method,
    allow_header_conformance,
]
known_codes = cache(error_codes)


def schema_of(service: Service[Any]) -> Any:
    """What schemathesis makes up requests from."""
    schema = schemathesis.openapi.from_dict(document(service))
    schema.config.generation.update(with_security_parameters=False)  # who asks is ours to say
    return schema


def service_of(case: Case[Any]) -> str:
    """The service that a request is made up for."""
    title: str = case.operation.schema.raw_schema["info"]["title"]
    return title.removeprefix("Matka ")


def try_out(aside: Aside, service: str, case: Case[Any]) -> None:
    """Ask as it was made up, and again about what there is, each time another one. Raises what is wrong."""
    route = f"{case.operation.method.upper()} {case.operation.path}"
    turns = aside.turns.setdefault((service, route), cycle(callers(service, route)))
    _ask(aside, service, next(turns), case)
    if case.path_parameters:
        still_wrong = _is_wrong_beside_its_path(case)
        case.path_parameters = {**case.path_parameters, **dict(_real(aside, service, case))}
        _ask(aside, service, next(turns), case, may_be_right=not still_wrong)


def _is_wrong_beside_its_path(case: Case[Any]) -> bool:
    """Whether what it was made up wrong on purpose is anything but its path."""
    parts = case.meta.components.items() if case.meta else ()
    return any(part.mode.is_negative for place, part in parts if place is not ParameterLocation.PATH)


def callers(service: str, route: str) -> tuple[str, ...]:
    """People of each kind, and a service that is let in."""
    if service == GATEWAY:
        return ("nobody",) if route.endswith("/sign-out") else (*PEOPLE, "nobody")
    let_in = RIGHTS.get(service, {}).get(route, frozenset())
    return (*PEOPLE, *sorted(let_in & CALLERS - {service})[:1])


def _real(aside: Aside, service: str, case: Case[Any]) -> Iterator[tuple[str, str]]:
    """The ids of what there is, in the places of the path."""
    path = case.operation.path
    places = aside.known | {
        "id": aside.known[THINGS.get(path[: path.find("/", 1)], "assignment")],
        "token": aside.known.get(f"{service} token", "x"),
        "person": aside.known["mentor" if "/mentors/" in path else "mentee"],
        "job": f"{aside.known['draft']}:publish",
    }
    for name in re.findall(r"\{(\w+)\}", path):
        if found := places.get(name.removesuffix("_id")):
            yield name, found


def _ask(aside: Aside, service: str, caller: str, case: Case[Any], *, may_be_right: bool = False) -> None:
    made = requests.Request(**case.as_transport_kwargs(base_url=f"http://{service}.test")).prepare()
    request = httpx2.Request(
        str(made.method), str(made.url), headers=dict(made.headers), content=_bytes(made.body)
    )
    answer = aside.ask(service, caller, request)
    checks = [each for each in CHECKS if not (may_be_right and each is negative_data_rejection)]
    case.validate_response(Response.from_any(answer), checks=checks)
    if answer.status_code >= 400:
        code = answer.json()["code"]
        assert code in known_codes(), f"{code} is a code that nobody has words for"


def _bytes(body: Any) -> bytes:
    """A body as it goes over the wire."""
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode("utf-8", "surrogatepass")
    return body if isinstance(body, bytes) else b"".join(body)
