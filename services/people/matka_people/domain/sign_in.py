"""A request to sign in: who asked, the secrets that were mailed, and their single use."""

import enum
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import AwareDatetime

from matka_contracts.event import Event
from matka_contracts.people import SignInRequested
from matka_kit.aggregate import Aggregate
from matka_kit.errors import DomainError

NOBODY = "nobody"
OPEN_FOR = timedelta(minutes=10)
MOST_OPEN = 5
MOST_CODE_ATTEMPTS = 5


class SignInExpired(DomainError):
    """The link or code does not sign anybody in: unknown, used, too old, replaced or tried too often."""


class SignInCodeWrong(DomainError):
    """The code is another one; it may be tried `left` times more."""


class SignInAskedAgain(DomainError):
    """Another request of the same mailbox came first; where this one stands must be looked up again."""


class Answer(enum.Enum):
    """What presenting a secret led to."""

    SIGNED_IN = "signed-in"
    WRONG_CODE = "wrong-code"
    EXPIRED = "expired"


def fingerprint(request_id: str, secret: str) -> str:
    """What is kept of a secret: its SHA-256 together with the request's id, as hexadecimal digits."""
    return hashlib.sha256(f"{request_id}:{secret}".encode()).hexdigest()


class SignIn(Aggregate):
    """One request to sign in. All its instants are machine time.

    `desk` stands for the mailbox that asked, known or not; `after` is the request at the same desk before
    this one, so that of two simultaneous requests one is second. For an unknown address `person_id` is
    `nobody`: it is kept and counted all the same, and never opens anything.
    """

    person_id: str
    desk: str
    after: str
    requested_at: AwareDatetime
    token_print: str = ""
    code_print: str = ""
    expires_at: AwareDatetime | None = None
    attempts: int = 0
    redeemed_by: str = ""

    def request(self) -> Sequence[SignInRequested]:
        """Ask for the letter; nobody gets none."""
        if self.person_id == NOBODY:
            return []
        return [SignInRequested(request_id=self.id, person_id=self.person_id)]

    def mint(self, token: str, code: str, now: datetime) -> Sequence[Event]:
        """Take new secrets in place of any earlier ones. Raises `SignInExpired` for a used request."""
        if self.redeemed_by or self.person_id == NOBODY:
            raise SignInExpired
        self.token_print, self.code_print = fingerprint(self.id, token), fingerprint(self.id, code)
        self.expires_at = now + OPEN_FOR
        return []

    def present_token(self, token: str, command: str, now: datetime) -> Sequence[Event]:
        """Use the request up if this is its token."""
        if self._is_open(now) and hmac.compare_digest(self.token_print, fingerprint(self.id, token)):
            self.redeemed_by = command
        return []

    def present_code(self, code: str, command: str, now: datetime) -> Sequence[Event]:
        """Use the request up if this is its code, else count the attempt."""
        if not self._is_open(now) or self.attempts >= MOST_CODE_ATTEMPTS:
            return []
        if hmac.compare_digest(self.code_print, fingerprint(self.id, code)):
            self.redeemed_by = command
        else:
            self.attempts += 1
        return []

    def answer_to(self, command: str, now: datetime, *, by_code: bool) -> Answer:
        """What the command that presented a secret is told, now and whenever it is repeated."""
        if self.redeemed_by == command:
            return Answer.SIGNED_IN
        if by_code and self._is_open(now) and self.attempts < MOST_CODE_ATTEMPTS:
            return Answer.WRONG_CODE
        return Answer.EXPIRED

    def waits(self, now: datetime) -> bool:
        """Whether it still counts against the requests that its mailbox may have open."""
        return not self.redeemed_by and now - self.requested_at < OPEN_FOR

    def _is_open(self, now: datetime) -> bool:
        return not self.redeemed_by and self.expires_at is not None and now < self.expires_at
