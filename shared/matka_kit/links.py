"""Links that let whoever holds one do one thing, without signing in: made and read by the same service."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass, field

from matka_kit.auth import Signer
from matka_kit.errors import NotFound

_LONGEST = 500
_MARK_BYTES = 16  # 128 bits: nobody guesses one, and a link still fits a line of a mail


@dataclass(frozen=True)
class Links:
    """Makes and reads what follows the last slash of such a link.

    It says what it is about in the open and carries a mark that only this service can make. Nothing is
    stored: how long a link is good for is for whoever reads it to decide by the state of what it is about.
    """

    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, signer: Signer) -> "Links":
        """Links of the service that signs so; they last as long as its private key."""
        return cls(hashlib.sha256(b"links:" + signer.key.as_pem(private=True)).digest())

    def token(self, purpose: str, *facts: str) -> str:
        """What the link says: for one purpose, about these ids."""
        said = json.dumps(facts, separators=(",", ":"), ensure_ascii=False).encode()
        return f"{_written(said)}.{_written(self._mark(purpose, said))}"

    def facts(self, purpose: str, token: str) -> tuple[str, ...]:
        """The ids that a token of ours is about. Raises `NotFound` for any other token or purpose."""
        said, _, mark = token.partition(".")
        try:
            known = len(token) <= _LONGEST and hmac.compare_digest(
                self._mark(purpose, _read(said)), _read(mark)
            )
        except (NotBase64, ValueError):
            known = False
        if not known:
            raise NotFound(kind="links")
        return tuple(json.loads(_read(said)))

    def _mark(self, purpose: str, said: bytes) -> bytes:
        whole = purpose.encode() + b"\0" + said
        return hmac.new(self.secret, whole, hashlib.sha256).digest()[:_MARK_BYTES]


def _written(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _read(written: str) -> bytes:
    return urlsafe_b64decode(written.encode("ascii") + b"=" * (-len(written) % 4))
