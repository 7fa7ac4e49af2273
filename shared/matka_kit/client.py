"""Calls from one service to another: signed, bounded, and honest about who is away."""

import json
from collections.abc import Mapping
from typing import Any

import httpx2

from matka_kit.auth import Caller, Signer
from matka_kit.errors import DomainError, Transient, Unavailable
from matka_kit.settings import ServiceSettings

_TIMEOUT = httpx2.Timeout(10.0, connect=3.0)
_AWAY = frozenset({502, 504})  # what a proxy says about a service that does not answer
_SERVER_ERROR = 500
_CLIENT_ERROR = 400


class Refused(DomainError):
    """Another service refused a call; `code`, `status` and `params` are its own."""

    def __init__(self, code: str, status: int, params: dict[str, Any]) -> None:
        super().__init__(**params)
        self.refused_code = code
        self.refused_status = status


class ServiceClient:
    """HTTP to the other services by name, with a token for each call."""

    def __init__(
        self,
        settings: ServiceSettings,
        signer: Signer,
        transports: Mapping[str, httpx2.AsyncBaseTransport] | None = None,
    ) -> None:
        """`transports` replaces the network for some base URLs, where services share a process."""
        self._settings = settings
        self._signer = signer
        self._http = httpx2.AsyncClient(timeout=_TIMEOUT, mounts=transports)

    async def close(self) -> None:
        """Let go of all connections."""
        await self._http.aclose()

    async def call(
        self,
        service: str,
        method: str,
        path: str,
        *,
        body: Any = None,
        caller: Caller | None = None,
        key: str = "",
    ) -> Any:
        """The JSON that another service answers to `method path`, or None for an empty answer.

        The call is made for `caller`, or for this service itself. `key` makes a command safe to repeat.
        Raises `Unavailable` naming the service when it does not answer, `Transient` when it is busy or has
        a bug (others of its answers may be fine), `Refused` when it says no.
        """
        response = await self.send(service, method, path, body=body, caller=caller, key=key)
        return response.json() if response.content else None

    async def fetch(self, service: str, path: str, *, caller: Caller | None = None) -> bytes:
        """The bytes that another service answers to a GET, such as a PDF. Raises as `call` does."""
        return (await self.send(service, "GET", path, caller=caller)).content

    async def send(
        self,
        service: str,
        method: str,
        path: str,
        *,
        body: Any = None,
        caller: Caller | None = None,
        key: str = "",
    ) -> httpx2.Response:
        """The whole answer of another service. Raises as `call` does."""
        headers = {"Idempotency-Key": key} if key else {}
        content = b"" if body is None else json.dumps(body).encode()
        if content:
            headers["Content-Type"] = "application/json"
        response = await self.forward(service, method, path, content=content, headers=headers, caller=caller)
        if response.status_code in _AWAY:
            raise Unavailable(service, f"status {response.status_code}")
        if response.status_code >= _SERVER_ERROR:
            raise Transient(f"{service} answers {response.status_code}")
        if response.status_code >= _CLIENT_ERROR:
            raise _refusal(response)
        return response

    async def forward(
        self,
        service: str,
        method: str,
        path: str,
        *,
        content: bytes = b"",
        headers: Mapping[str, str] | None = None,
        caller: Caller | None = None,
    ) -> httpx2.Response:
        """The answer of another service as it is, whatever its status; the token is this method's own.

        Raises `Unavailable` naming the service when it does not answer or has no address.
        """
        token = self._signer.token(service, caller) if caller else self._signer.own_token(service)
        signed = {**(headers or {}), "Authorization": f"Bearer {token}"}
        try:
            url = self._settings.url_of(service) + path
        except KeyError as error:
            raise Unavailable(service, "no address is set") from error
        try:
            return await self._http.request(method, url, content=content, headers=signed)
        except httpx2.TransportError as error:
            raise Unavailable(service, type(error).__name__) from error


def _refusal(response: httpx2.Response) -> Refused:
    try:
        problem = response.json()
        return Refused(str(problem["code"]), response.status_code, dict(problem["params"]))
    except (ValueError, KeyError, TypeError):
        return Refused("refused", response.status_code, {})
