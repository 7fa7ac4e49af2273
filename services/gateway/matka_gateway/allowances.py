"""How often somebody may try: counted in the store, so that all replicas count together."""

import hashlib
import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import AwareDatetime

from matka_contracts.event import Event
from matka_kit.aggregate import Aggregate
from matka_kit.cause import Cause
from matka_kit.clock import Clock
from matka_kit.errors import DomainError
from matka_kit.repository import Repository
from matka_kit.shape import Shape
from matka_kit.store import Collection, Range, Store

TALLIES = Collection("tallies", {"expires_at": datetime}, indexes=(("expires_at",),))


class TooManyAttempts(DomainError):
    """More tries than people make; `minutes` until the next."""

    status = 429


@dataclass(frozen=True)
class Allowance:
    """`most` tries of one kind within each `window`."""

    kind: str
    most: int
    window: timedelta


# A whole training room may sign in through one address at once; one person rarely needs a third mail.
PER_CLIENT_SIGN_INS = Allowance("sign-in", 200, timedelta(minutes=10))
PER_ADDRESS_SIGN_INS = Allowance("address", 5, timedelta(minutes=10))
PER_CLIENT_REDEEMS = Allowance("redeem", 300, timedelta(minutes=10))
PER_CLIENT_APPLICATIONS = Allowance("application", 100, timedelta(minutes=10))
PER_ADDRESS_APPLICATIONS = Allowance("applicant", 10, timedelta(minutes=10))
PER_CLIENT_CHECKS = Allowance("check", 60, timedelta(minutes=1))


class Tally(Aggregate):
    """The tries of one kind by one client in one window of machine time."""

    count: int = 0
    expires_at: AwareDatetime

    def add(self, most: int, minutes: int) -> Sequence[Event]:
        """One more. Raises `TooManyAttempts`."""
        if self.count >= most:
            raise TooManyAttempts(minutes=minutes)
        self.count += 1
        return ()


TALLY_SHAPE = Shape(TALLIES, Tally)


class Allowances:
    """Counts tries. Who tried is kept only as a keyed hash, and only for the window."""

    def __init__(
        self, repository: Repository[Tally], store: Store, clock: Clock, secret: bytes, patience: int
    ) -> None:
        self._repository = repository
        self._store = store
        self._clock = clock
        self._secret = secret
        self._patience = patience

    async def spend(self, allowance: Allowance, who: str) -> None:
        """Count one try. Raises `TooManyAttempts`, and then writes nothing."""
        now, seconds = self._clock.machine(), int(allowance.window.total_seconds())
        window = int(now.timestamp()) // seconds
        ends = datetime.fromtimestamp((window + 1) * seconds, UTC)
        words = f"{allowance.kind}\x1f{who}\x1f{window}"
        id_ = hmac.digest(self._secret, words.encode(), hashlib.sha256).hex()
        most, minutes = allowance.most * self._patience, max(1, round((ends - now) / timedelta(minutes=1)))
        tally = Tally(id=id_, expires_at=ends)
        await self._repository.ensure(tally, lambda each: each.add(most, minutes), Cause(str(uuid.uuid4())))

    async def sweep(self) -> None:
        """Forget windows that are over."""
        await self._store.delete_where(TALLIES, {"expires_at": Range(lte=self._clock.machine())})
