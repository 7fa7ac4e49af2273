"""The JSON door: signing in, the public register, and every service's API below `/api/<service>/`."""

import uuid
from collections.abc import Callable, Coroutine
from typing import Annotated, Any, Literal, Self

from fastapi import APIRouter, Depends, Header, Request, Response, status
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.exceptions import HTTPException

from matka_gateway import handlers, open_doors
from matka_gateway.client_address import client_of
from matka_gateway.failures import Failure, bounded, failure_of
from matka_gateway.gateway import Gateway
from matka_gateway.handlers import Proof, Registered
from matka_gateway.languages import Language
from matka_gateway.readings import Program
from matka_gateway.sessions import Session
from matka_gateway.upstream import Incoming
from matka_kit.auth import Grant
from matka_kit.described import PROBLEM, retry_later
from matka_kit.errors import NotFound, Unauthenticated
from matka_kit.http import service_of
from matka_kit.problems import METHODS

MOST_BYTES = 5_000_000
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_TOO_OFTEN: dict[int | str, dict[str, Any]] = {
    429: retry_later("More tries than people make."),
}
_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_bearer = HTTPBearer(auto_error=False)

Deps = Annotated[Gateway, Depends(service_of)]
Client = Annotated[str, Depends(client_of)]
Key = Annotated[str | None, Header()]


class ApiRoute(APIRoute):
    """A route that says what went wrong in the caller's language and keeps answers out of caches."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def respond(request: Request) -> Response:
            try:
                bounded(request, MOST_BYTES)
                response = await handle(request)
            except Exception as error:  # noqa: BLE001 - every error has its answer; bugs are logged there
                response = _problem(failure_of(error, request.url.path), language_of(request))
            response.headers.update(_HEADERS)
            return response

        return respond


router = APIRouter(prefix="/api", route_class=ApiRoute, responses=_TOO_OFTEN)


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Ask(Body):
    email: Annotated[str, Field(min_length=3, max_length=300)]


class Asked(BaseModel):
    request_id: str


class Redeem(Body):
    request_id: Annotated[str, Field(max_length=100)]
    token: Annotated[str, Field(max_length=100)] = ""
    code: Annotated[str, Field(max_length=20)] = ""

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if bool(self.token) == bool(self.code):
            raise ValueError("either a token or a code")
        return self


class Opened(BaseModel):
    session: str


class Me(BaseModel):
    person_id: str
    language: str
    grants: tuple[Grant, ...]


class Application(Body):
    """An application; what a profile holds, pairing checks."""

    program_id: Annotated[str, Field(max_length=100)]
    role: Literal["mentor", "mentee"]
    name: Annotated[str, Field(min_length=1, max_length=300)]
    email: Annotated[str, Field(min_length=3, max_length=300)]
    phone: Annotated[str, Field(max_length=40)] = ""
    language: Annotated[str, Field(max_length=35)] = "fi"
    profile: dict[str, Any]
    path: Literal["training", "self-study", "none"] = "none"
    eligible: bool
    consent: bool


class Received(BaseModel):
    received: Literal[True] = True


class FileHash(Body):
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


async def session_of(
    deps: Deps, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Session:
    """The caller's session; a cookie is none here, so that no other site can call in a browser's name."""
    if credentials is None:
        raise Unauthenticated
    return await deps.sessions.of(credentials.credentials)


SessionOf = Annotated[Session, Depends(session_of)]


def language_of(request: Request) -> Language:
    """The language of an answer's words."""
    deps: Gateway = request.app.state.deps
    return deps.languages.choose("", request.headers.get("accept-language", ""))


@router.post("/sign-in", status_code=status.HTTP_202_ACCEPTED)
async def ask(body: Ask, deps: Deps, client: Client, idempotency_key: Key = None) -> Asked:
    """Have a sign-in link mailed; the answer is the same whether the address is known or not."""
    return Asked(request_id=await handlers.ask_to_sign_in(deps, body.email, client, idempotency_key or ""))


@router.post("/sign-in/redeem")
async def redeem(body: Redeem, deps: Deps, client: Client, idempotency_key: Key = None) -> Opened:
    """Begin a session with what the mail says; use it as a bearer token."""
    proof = Proof(**body.model_dump())
    return Opened(session=await handlers.sign_in(deps, proof, client, idempotency_key or ""))


@router.post("/sign-out", status_code=status.HTTP_204_NO_CONTENT)
async def sign_out(
    deps: Deps, _: SessionOf, credentials: Annotated[HTTPAuthorizationCredentials, Depends(_bearer)]
) -> None:
    """End the session."""
    await deps.sessions.close(credentials.credentials)


@router.get("/me")
async def me(session: SessionOf) -> Me:
    """Who is signed in, and as what."""
    return Me(person_id=session.person_id, language=session.language, grants=session.grants)


@router.get("/open-programs")
async def open_programs(deps: Deps) -> dict[str, list[Program]]:
    """The programs that take applications, for anyone."""
    return {"programs": await open_doors.open_programs(deps)}


@router.post("/applications", status_code=status.HTTP_202_ACCEPTED)
async def apply(body: Application, deps: Deps, client: Client, idempotency_key: Key = None) -> Received:
    """Apply, as anyone; the answer is the same whether the address is known or not."""
    await open_doors.apply(deps, body.model_dump(), client, idempotency_key or str(uuid.uuid4()))
    return Received()


@router.get("/register/{number}")
async def register(number: str, deps: Deps, client: Client) -> Registered:
    """Whether a certificate is valid, for anyone."""
    return await handlers.check_number(deps, number, client)


@router.post("/register/check")
async def register_file(body: FileHash, deps: Deps, client: Client) -> Registered:
    """Whether a file is a certificate as it was issued, for anyone."""
    return await handlers.check_file(deps, body.sha256, client)


async def not_in_that_way(request: Request) -> None:
    """A path that is written out above answers to its own methods; no service is asked about the others."""
    asked = request.scope["route"].path
    allowed = {method for path, methods in _written_out() if path == asked for method in methods}
    raise HTTPException(status.HTTP_405_METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(sorted(allowed))})


def _written_out() -> list[tuple[str, set[str]]]:
    """The documented routes with their methods, those without a placeholder first."""
    shown = [each for each in router.routes if isinstance(each, ApiRoute) and each.include_in_schema]
    return [
        (each.path, each.methods or set())
        for each in sorted(shown, key=lambda each: len(each.param_convertors))
    ]


for _path, _methods in _written_out():
    router.add_api_route(
        _path.removeprefix(router.prefix),
        not_in_that_way,
        methods=[each for each in METHODS if each not in _methods],
        include_in_schema=False,
    )


@router.api_route("/{service}/{path:path}", methods=_METHODS, include_in_schema=False)
async def pass_on(service: str, path: str, request: Request, deps: Deps, session: SessionOf) -> Response:
    """A service's own answer; its problems get words."""
    incoming = Incoming(
        service, request.method, path, request.url.query, request.headers, await request.body()
    )
    answer = await deps.upstream.pass_on(incoming, session.caller)
    if answer.headers.get("content-type", "").startswith(PROBLEM):
        return _problem(Failure.read(answer.status, answer.content), language_of(request))
    return Response(answer.content, answer.status, answer.headers)


@router.api_route("/{path:path}", methods=_METHODS, include_in_schema=False)
async def nothing_here() -> Response:
    """Whatever is not above."""
    raise NotFound


def _problem(failure: Failure, language: Language) -> JSONResponse:
    """RFC 9457, with `detail` in the reader's language."""
    content = {
        "type": f"urn:matka:problem:{failure.code}",
        "status": failure.status,
        "code": failure.code,
        "params": dict(failure.params),
        "detail": failure.text(language),
    }
    headers = {**failure.headers, "Content-Language": language.code}
    return JSONResponse(content, failure.status, headers, PROBLEM)
