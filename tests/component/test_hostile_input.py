"""Whatever is sent, the answer is documented: bad input gets a problem that the gateway has words for."""

import time
from collections.abc import Iterable, Iterator

import httpx2
import pytest

from matka_cli.catalogue import declared
from matka_kit.host import GATEWAY
from tests.support.aside import Aside, running_aside
from tests.support.error_codes import error_codes
from tests.support.hostile import BODIES, CONTENT_TYPES, STEPS, with_one_hostile_field
from tests.support.matrix import filled, routes
from tests.support.rights import BODIES as GOOD_BODIES
from tests.support.rights import GATEWAYS_OWN, RIGHTS
from tests.support.routes import document

CODES = error_codes().keys() - {"internal"}
DOCUMENTED = {service.name: document(service)["paths"] for service in declared()}
each_service = pytest.mark.parametrize("service", [*filter(RIGHTS.get, RIGHTS), GATEWAY])
MOST_SECONDS = 1.0  # of the processor's time, for one request
JSON = [(b"Content-Type", b"application/json")]
QUERIES = (
    *("limit=0", "limit=1&limit=2", "limit=" + "9" * 400, "limit=%00", "limit=", "limit[]=1"),
    *("after=%00", "after=%ED%A0%80", "after=" + "x" * 5000),
    *("status=%00", "language=%00", "%00=%00", "=", "&&"),
)
Sent = tuple[str, str, bytes, list[tuple[bytes, bytes]]]


@pytest.fixture(scope="module")
def aside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aside]:
    with running_aside(tmp_path_factory.mktemp("aside")) as running:
        yield running


def doors(service: str) -> Iterator[tuple[str, str, str]]:
    """The service with each of its routes and somebody who is let in, so that the input gets far."""
    for route, who in GATEWAYS_OWN.items() if service == GATEWAY else ():
        yield service, route, who
    for of, route, may in routes():
        if of == service:
            yield of, route, min(may - {of}, key=lambda name: (name != "administrator", name))


def wrong_with(answer: httpx2.Response, service: str, route: str) -> str:
    """What is wrong with an answer; nothing if nothing is."""
    method, _, path = route.partition(" ")
    told = DOCUMENTED[service][path][method.lower()]["responses"]
    if str(answer.status_code) not in told:
        return f"{answer.status_code} is not documented: {answer.text[:200]}"
    if answer.status_code < 400:
        return ""
    if answer.headers["content-type"] != "application/problem+json":
        return f"{answer.status_code} is no problem document: {answer.text[:200]}"
    problem = answer.json()
    return "" if problem["code"] in CODES else f"there are no words for {problem}"


def tried(aside: Aside, door: tuple[str, str, str], requests: Iterable[Sent]) -> list[str]:
    """What is wrong with the answers to some requests: each a name, a path, a content and headers."""
    service, route, caller = door
    method, wrong = route.partition(" ")[0], []
    for kind, path, content, headers in requests:
        request = httpx2.Request(method, f"http://{service}.test{path}", content=content, headers=headers)
        began = time.process_time()
        problem = wrong_with(aside.ask(service, caller, request), service, route)
        if not problem and time.process_time() - began > MOST_SECONDS:
            problem = f"kept the processor busy for {time.process_time() - began:.1f} s"
        if problem:
            wrong.append(f"{service} {route}: {kind}: {problem}")
    return wrong


@each_service
def test_a_hostile_value_in_any_field_gets_a_documented_answer(aside: Aside, service: str) -> None:
    wrong = []
    for door in doors(service):
        _, path, body = filled(*door[:2], aside.known)
        hostile = ((kind, path, content, JSON) for kind, content in with_one_hostile_field(body))
        wrong += tried(aside, door, hostile)
    assert not wrong, "\n".join(wrong)


@each_service
def test_a_body_that_is_none_gets_a_documented_answer(aside: Aside, service: str) -> None:
    wrong = []
    for door in doors(service):
        _, path, _ = filled(*door[:2], aside.known)
        if " ".join(door[:2]) in GOOD_BODIES:
            hostile: list[Sent] = [(kind, path, content, JSON) for kind, content in BODIES.items()]
            hostile += [
                (each, path, b'{"a": 1}', [(b"Content-Type", each.encode())]) for each in CONTENT_TYPES
            ]
            wrong += tried(aside, door, hostile)
    assert not wrong, "\n".join(wrong)


@each_service
def test_hostile_steps_of_a_path_get_a_documented_answer(aside: Aside, service: str) -> None:
    # with a slash inside, an address at the gateway leads to a service, which asks for a session first
    steps = {kind: step for kind, step in STEPS.items() if service != GATEWAY or "%2F" not in step}
    wrong = []
    for door in doors(service):
        route = door[1]
        for place in [step for step in route.split("/") if step.startswith("{")]:
            _, path, _ = filled(service, route.replace(place, "HERE"), aside.known)
            hostile = ((kind, path.replace("HERE", step), b"{}", JSON) for kind, step in steps.items())
            wrong += tried(aside, door, hostile)
    assert not wrong, "\n".join(wrong)


@each_service
def test_hostile_queries_get_a_documented_answer(aside: Aside, service: str) -> None:
    wrong = []
    for door in doors(service):
        if door[1].startswith("GET "):
            _, path, _ = filled(*door[:2], aside.known)
            hostile: Iterator[Sent] = (
                (query, f"{path.partition('?')[0]}?{query}", b"", []) for query in QUERIES
            )
            wrong += tried(aside, door, hostile)
    assert not wrong, "\n".join(wrong)


def test_what_was_let_in_is_too_much_for_no_service_that_hears_of_it(aside: Aside) -> None:
    """The last one here: by now much has happened."""
    assert aside.dead_letters() == []
