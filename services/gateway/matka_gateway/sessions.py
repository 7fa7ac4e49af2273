"""Who is signed in: sessions kept under the hash of their secret, timed by the machine's clock."""

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from pydantic import AwareDatetime

from matka_contracts.event import Event
from matka_kit.aggregate import Aggregate
from matka_kit.auth import Caller, Grant
from matka_kit.cause import Cause
from matka_kit.client import Refused, ServiceClient
from matka_kit.clock import Clock
from matka_kit.errors import NotFound, Transient, Unauthenticated, Unavailable
from matka_kit.repository import Change, Repository
from matka_kit.shape import Shape
from matka_kit.store import Collection, Query, Range, Store

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=30)
_NOTED_EVERY = timedelta(minutes=5)
_GRANTS_AGE = timedelta(minutes=10)
_SECRET_BYTES = 32
_LONGEST_SECRET = 100

SESSIONS = Collection(
    "sessions",
    {"person_id": str, "expires_at": datetime},
    indexes=(("person_id",), ("expires_at",)),
)


class Session(Aggregate):
    """One signed-in browser or API client; its id is the hash of a secret that only the client has.

    `doubts` counts how often something was heard about the person's roles and `settled` which of these
    doubts the `grants` already answer: a session begins in doubt, so that no change is missed between
    signing in and being found by the events. All instants are machine time.
    """

    person_id: str
    language: str
    grants: tuple[Grant, ...] = ()
    doubts: int = 1
    settled: int = 0
    read_at: AwareDatetime
    opened_at: AwareDatetime
    seen_at: AwareDatetime
    expires_at: AwareDatetime

    def see(self, now: datetime) -> Sequence[Event]:
        """Note that the client was here: twelve idle hours begin again, thirty days in all do not."""
        self.seen_at = now
        self.expires_at = min(now + IDLE, self.opened_at + LONGEST)
        return ()

    def speak(self, language: str) -> Sequence[Event]:
        """Note the language that the person now wants."""
        self.language = language
        return ()

    def doubt(self) -> Sequence[Event]:
        """Note that the person's roles have changed."""
        self.doubts += 1
        return ()

    def settle(self, grants: tuple[Grant, ...], doubts: int, now: datetime) -> Sequence[Event]:
        """Take over what `people` said after this many doubts, unless a later answer was here first."""
        if doubts >= self.settled:
            self.grants, self.settled, self.read_at = grants, doubts, now
        return ()

    @property
    def in_doubt(self) -> bool:
        """Whether something was heard about the person's roles since they were read."""
        return self.settled < self.doubts

    @property
    def caller(self) -> Caller:
        """The person as services are told."""
        return Caller(subject=self.person_id, grants=self.grants)


SESSION_SHAPE = Shape(SESSIONS, Session)


class Sessions:
    """All sessions, shared by the replicas through the store."""

    def __init__(
        self, repository: Repository[Session], store: Store, clock: Clock, client: ServiceClient
    ) -> None:
        self._repository = repository
        self._store = store
        self._clock = clock
        self._client = client

    async def open(self, person_id: str, language: str) -> str:
        """Begin a session; the secret is told once and never stored."""
        secret = secrets.token_urlsafe(_SECRET_BYTES)
        now = self._clock.machine()
        session = Session(
            id=_hashed(secret),
            person_id=person_id,
            language=language,
            read_at=now,
            opened_at=now,
            seen_at=now,
            expires_at=now + IDLE,
        )
        await self._repository.add(session, (), _once())
        return secret

    async def of(self, secret: str) -> Session:
        """The live session of a secret, its grants as `people` now has them.

        Raises `Unauthenticated`; `Unavailable` when `people` is away and the grants are in doubt.
        """
        if not 0 < len(secret) <= _LONGEST_SECRET:
            raise Unauthenticated
        session, now = await self._repository.peek(_hashed(secret)), self._clock.machine()
        if session is None or session.expires_at <= now:
            raise Unauthenticated
        try:
            if session.in_doubt or now - session.read_at >= _GRANTS_AGE:
                session = await self._settled(session)
            if now - session.seen_at >= _NOTED_EVERY:
                session = await self._repository.update(session.id, lambda each: each.see(now), _once())
        except NotFound as gone:
            raise Unauthenticated from gone
        return session

    async def close(self, secret: str) -> None:
        """End a session, if there is one."""
        id_ = _hashed(secret)
        while (document := await self._store.get(SESSIONS, id_)) is not None:
            if await self._store.delete(SESSIONS, id_, document["version"]):
                return

    async def doubt(self, person_id: str, cause: Cause) -> None:
        """Have a person's roles read again when one of their sessions is next used."""
        await self._change_all(person_id, Session.doubt, cause)

    async def speak(self, person_id: str, cause: Cause) -> None:
        """Take over a person's language from `people` in all of their sessions. Raises `Unavailable`."""
        if not await self._repository.count({"person_id": person_id}):
            return
        found = await self._client.call("people", "POST", "/persons/lookup", body={"ids": [person_id]})
        for person in found["persons"]:
            language = str(person["language"])
            await self._change_all(person_id, partial(Session.speak, language=language), cause)

    async def end_all(self, person_id: str) -> None:
        """Sign a person out everywhere."""
        await self._store.delete_where(SESSIONS, {"person_id": person_id})

    async def sweep(self) -> None:
        """Delete what has expired."""
        await self._store.delete_where(SESSIONS, {"expires_at": Range(lte=self._clock.machine())})

    async def _change_all(self, person_id: str, change: Change[Session], cause: Cause) -> None:
        for session in await self._repository.every(Query({"person_id": person_id})):
            try:
                await self._repository.update(session.id, change, cause.child(session.id))
            except NotFound:
                continue  # signed out meanwhile

    async def _settled(self, session: Session) -> Session:
        """Read the grants after the doubts: what is heard meanwhile leaves the session in doubt."""
        try:
            answer = await self._client.call("people", "GET", f"/persons/{session.person_id}/grants")
        except Refused as refused:
            raise Unauthenticated from refused  # erased, or never there
        except (Unavailable, Transient):
            if session.in_doubt:
                raise
            return session  # only old: better than turning everybody away
        grants, now = _grants(answer), self._clock.machine()
        return await self._repository.update(
            session.id, lambda each: each.settle(grants, session.doubts, now), _once()
        )


def _grants(answer: Any) -> tuple[Grant, ...]:
    return tuple(Grant.model_validate(each) for each in answer["grants"])


def _hashed(secret: str) -> str:
    """256 random bits need no salt: nobody can try them all."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _once() -> Cause:
    """The cause of what is never tried a second time."""
    return Cause(str(uuid.uuid4()))
