"""Those who play: each signs in by mail and acts through the gateway's public API."""

import asyncio
import hashlib
import json
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matka_cli.rehearse.mailroom import Received
from matka_cli.rehearse.wire import Answer, Unreachable, Wire
from matka_contracts.terms import Role

_AT_ONCE = 8
_BUSY = frozenset({502, 503, 504})
_PATIENCE, _PAUSE = 120.0, 0.5  # seconds: neither a machine under load nor a service away ends a rehearsal
_JSON = {"Content-Type": "application/json"}


class RefusedInRehearsal(Exception):
    """The API said no where the script expected a yes."""


@dataclass(eq=False)
class Player:
    """One person of the rehearsal. `id` and `session` come with the first sign-in.

    `email` is the one they applied with and stays who they are in the script; mail goes to `address`.
    """

    email: str
    name: str
    role: Role
    language: str
    training: str = "none"
    id: str = ""
    session: str = ""
    address: str = ""

    def __post_init__(self) -> None:
        self.address = self.address or self.email


class Stagehands:
    """The HTTP client that all players share, and their dice."""

    def __init__(self, gateway: str, seed: int) -> None:
        self._wire = Wire(gateway)
        self.seed = seed
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._said: Counter[str] = Counter()
        self.requests = 0
        self.under_way: list[str] = []

    async def close(self) -> None:
        """Let go of all connections."""
        await self._wire.close()

    def dice(self, player: Player, topic: str) -> random.Random:
        """Chance that depends on the seed, the person's email and the topic alone: a run repeats exactly."""
        return random.Random(f"{self.seed}:{player.email}:{topic}")  # noqa: S311 - behaviour, not a secret

    async def get(self, player: Player, path: str) -> Any:
        """What a player sees at `/api<path>`."""
        return await self._call(player, "GET", path, None)

    async def post(self, player: Player, path: str, body: Any = None) -> Any:
        """What a player does at `/api<path>`; a repeated run sends the same idempotency keys."""
        return await self._call(player, "POST", path, body)

    async def patch(self, player: Player, path: str, body: Any) -> Any:
        """What a player changes at `/api<path>`."""
        return await self._call(player, "PATCH", path, body)

    async def ask_for_link(self, player: Player) -> None:
        """Ask for a sign-in link by mail."""
        content = _encoded({"email": player.address})
        key = {"Idempotency-Key": self._key(player, "sign-in", content)}
        answer = await self.visit("POST", "/api/sign-in", _JSON | key, content)
        _expect(answer, player, "/sign-in")

    async def sign_in(self, player: Player, mail: Received) -> None:
        """Sign in with the link that came by mail."""
        request_id, token = mail.sign_in
        body = _encoded({"request_id": request_id, "token": token})
        key = {"Idempotency-Key": self._key(player, "redeem", body)}
        answer = await self.visit("POST", "/api/sign-in/redeem", _JSON | key, body)
        player.session = str(_expect(answer, player, "/sign-in/redeem")["session"])
        player.id = str((await self.get(player, "/me"))["person_id"])

    async def visit(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """What anybody is answered at a path of the gateway.

        Where no answer comes, or only that it is busy, the very same is asked again: a command's key makes
        that the same command. Raises `Unreachable` after two minutes.
        """
        deadline = time.monotonic() + _PATIENCE
        while True:
            try:
                answer = await self._ask(method, path, headers, body)
            except Unreachable:
                if time.monotonic() > deadline:
                    raise
            else:
                if answer.status not in _BUSY or time.monotonic() > deadline:
                    return answer
            await asyncio.sleep(_PAUSE)

    async def _ask(self, method: str, path: str, headers: Mapping[str, str] | None, body: bytes) -> Answer:
        said = f"{method} {path.partition('?')[0]}"
        async with self._places:
            self.requests += 1
            self.under_way.append(said)
            try:
                return await self._wire.request(method, path, headers, body)
            finally:
                self.under_way.remove(said)

    async def _call(self, player: Player, method: str, path: str, body: Any) -> Any:
        content = b"" if body is None else _encoded(body)
        headers = {"Authorization": f"Bearer {player.session}", "Accept-Language": player.language}
        if method != "GET":
            headers |= _JSON | {"Idempotency-Key": self._key(player, f"{method} {path}", content)}
        return _expect(await self.visit(method, f"/api{path}", headers, content), player, path)

    def _key(self, player: Player, command: str, content: bytes) -> str:
        """The same for the same thing that the same person does for the n-th time, whatever else goes on."""
        said = f"{player.email}\n{command}\n".encode() + content
        key = hashlib.sha256(said).hexdigest()[:40]
        self._said[key] += 1
        return f"{key}-{self._said[key]}"


def _encoded(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


def _expect(answer: Answer, player: Player, path: str) -> Any:
    if answer.is_error:
        said = answer.body.decode("utf-8", "replace")[:500]
        raise RefusedInRehearsal(f"{player.role} {player.email}: {path}: {answer.status} {said}")
    return answer.json()
