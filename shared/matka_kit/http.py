"""What routes ask for: the service behind them, who calls, and the command that a request is.

All are coroutines: the framework would run plain functions in threads, three hops for every request.
"""

import uuid
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from matka_kit.auth import Caller
from matka_kit.cause import Cause
from matka_kit.errors import InvalidInput, Unauthenticated

_LONGEST_KEY = 200
_LONGEST_LENGTH = 15  # digits
_bearer = HTTPBearer(auto_error=False)


class BadIdempotencyKey(InvalidInput):
    """An idempotency key is 1 to 200 printable ASCII characters."""


def brings_more(request: Request, most: int) -> bool:
    """Whether a request's body is longer than `most` bytes, or does not tell its length beforehand.

    Bodies are read whole; no browser and no service of ours sends one without its length.
    """
    length = request.headers.get("content-length", "0")
    is_number = length.isdecimal() and len(length) <= _LONGEST_LENGTH
    return "transfer-encoding" in request.headers or not is_number or int(length) > most


async def service_of(request: Request) -> Any:
    """What the service's `build` made; a route names its type beside this dependency."""
    return request.app.state.deps


async def caller_of(
    request: Request, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Caller:
    """Who calls. Raises `Unauthenticated`."""
    if credentials is None:
        raise Unauthenticated
    caller = request.app.state.verifier.caller(credentials.credentials)
    assert isinstance(caller, Caller)  # noqa: S101 - tells the type checker what the state holds
    return caller


async def command_of(
    request: Request,
    caller: Annotated[Caller, Depends(caller_of)],
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Cause:
    """The command that this request is; without an `Idempotency-Key` every request is a new one."""
    key = idempotency_key if idempotency_key is not None else str(uuid.uuid4())
    if not (0 < len(key) <= _LONGEST_KEY and key.isascii() and key.isprintable()):
        raise BadIdempotencyKey
    command = f"{request.method} {request.url.path}?{request.url.query}"
    return Cause.of_command(caller.subject, command, key, await request.body())


CallerOf = Annotated[Caller, Depends(caller_of)]
CommandOf = Annotated[Cause, Depends(command_of)]
