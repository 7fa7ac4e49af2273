"""Those who play: each signs in by mail and acts through the gateway's public API."""

import asyncio
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx2

from matka_cli.rehearse.mailroom import Received
from matka_contracts.terms import Role

_AT_ONCE = 8
_TIMEOUT = 60.0


class RefusedInRehearsal(Exception):
    """The API said no where the script expected a yes."""


@dataclass(eq=False)
class Player:
    """One person of the rehearsal. `id` and `session` come with the first sign-in."""

    email: str
    name: str
    role: Role
    language: str
    training: str = "none"
    id: str = ""
    session: str = ""
    calls: int = field(default=0, repr=False)


class Stagehands:
    """The HTTP client that all players share, and their dice."""

    def __init__(self, gateway: str, seed: int) -> None:
        self._http = httpx2.AsyncClient(base_url=gateway, timeout=_TIMEOUT)
        self._seed = seed
        self._places = asyncio.Semaphore(_AT_ONCE)
        self.requests = 0

    async def close(self) -> None:
        """Let go of all connections."""
        await self._http.aclose()

    def dice(self, player: Player, topic: str) -> random.Random:
        """Chance that depends on the seed, the person's email and the topic alone: a run repeats exactly."""
        return random.Random(f"{self._seed}:{player.email}:{topic}")  # noqa: S311 - behaviour, not a secret

    async def get(self, player: Player, path: str) -> Any:
        """What a player sees at `/api<path>`."""
        return await self._call(player, "GET", path, None)

    async def post(self, player: Player, path: str, body: Any = None) -> Any:
        """What a player does at `/api<path>`; a repeated run sends the same idempotency keys."""
        return await self._call(player, "POST", path, body)

    async def fetch(self, player: Player, path: str) -> bytes:
        """A file that a player downloads."""
        headers = {"Authorization": f"Bearer {player.session}"}
        response = await self._http.get(f"/api{path}", headers=headers)
        response.raise_for_status()
        return response.content

    async def ask_for_link(self, player: Player) -> None:
        """Ask for a sign-in link by mail."""
        async with self._places:
            response = await self._http.post("/api/sign-in", json={"email": player.email})
        _expect(response, player, "/sign-in")

    async def sign_in(self, player: Player, mail: Received) -> None:
        """Sign in with the link that came by mail."""
        request_id, token = mail.sign_in
        async with self._places:
            body = {"request_id": request_id, "token": token}
            response = await self._http.post("/api/sign-in/redeem", json=body)
        player.session = str(_expect(response, player, "/sign-in/redeem")["session"])
        player.id = str((await self.get(player, "/me"))["person_id"])

    async def check_certificate(self, number: str) -> Any:
        """What anybody sees on the public register."""
        response = await self._http.get(f"/api/register/{number}")
        response.raise_for_status()
        return response.json()

    async def _call(self, player: Player, method: str, path: str, body: Any) -> Any:
        player.calls += 1
        self.requests += 1
        headers = {"Authorization": f"Bearer {player.session}", "Accept-Language": player.language}
        if method == "POST":
            headers["Idempotency-Key"] = f"{player.email}:{player.calls}"
        async with self._places:
            response = await self._http.request(method, f"/api{path}", json=body, headers=headers)
        return _expect(response, player, path)


def _expect(response: httpx2.Response, player: Player, path: str) -> Any:
    if response.is_error:
        said = response.text[:500]
        raise RefusedInRehearsal(f"{player.role} {player.email}: {path}: {response.status_code} {said}")
    return response.json() if response.content else None


async def all_of(tasks: Iterable[Any]) -> list[Any]:
    """Side by side; the first failure ends the others."""
    async with asyncio.TaskGroup() as group:
        started = [group.create_task(task) for task in tasks]
    return [task.result() for task in started]
