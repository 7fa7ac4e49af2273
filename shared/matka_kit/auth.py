"""Who calls: short-lived EdDSA tokens, one audience per service, signed by the gateway or another service."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import GuestProtocol, OKPKey
from pydantic import BaseModel, ConfigDict, ValidationError

from matka_kit.errors import Forbidden, Unauthenticated

_LIFETIME_SECONDS = 60
_LEEWAY_SECONDS = 5
_USED_AGAIN_SECONDS = 20  # signing and checking cost as much as the rest of a small call
_MOST_KEPT = 1_000
EVERYWHERE = "*"


class Grant(BaseModel):
    """A role within a scope; the scope `*` is everywhere."""

    model_config = ConfigDict(frozen=True)

    role: str
    scope: str


class Caller(BaseModel):
    """Who makes a request: a person with grants, through the gateway, or another service for itself."""

    model_config = ConfigDict(frozen=True)

    subject: str
    service: bool = False
    grants: tuple[Grant, ...] = ()

    def has(self, roles: Iterable[str], scope: str) -> bool:
        """Whether the caller holds one of these roles in this scope or everywhere."""
        wanted = set(roles)
        return any(grant.role in wanted and grant.scope in {scope, EVERYWHERE} for grant in self.grants)

    def require(self, roles: Iterable[str], scope: str) -> None:
        """Raise `Forbidden` unless the caller holds one of these roles in this scope or everywhere."""
        if not self.has(roles, scope):
            raise Forbidden

    def require_service(self, *names: str) -> None:
        """Raise `Forbidden` unless the caller is one of these services."""
        if not self.service or self.subject not in names:
            raise Forbidden

    def scopes(self, roles: Iterable[str]) -> set[str]:
        """Where the caller holds one of these roles."""
        wanted = set(roles)
        return {grant.scope for grant in self.grants if grant.role in wanted}


_NOBODY = Caller(subject="")
K = TypeVar("K")
V = TypeVar("V")


def create_keys(folder: Path, names: Iterable[str]) -> None:
    """Make an Ed25519 key pair for each name without one; private keys are readable by their owner alone."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        private = folder / f"{name}.private.pem"
        if private.exists():
            continue
        key = OKPKey.generate_key("Ed25519")
        (folder / f"{name}.public.pem").write_bytes(key.as_pem(private=False))
        beside = private.with_suffix(".new")
        beside.touch(mode=0o600)
        beside.write_bytes(key.as_pem(private=True))
        beside.replace(private)


@dataclass(frozen=True)
class Signer:
    """Signs tokens in the name of one issuer."""

    issuer: str
    key: OKPKey
    _signed: dict[tuple[str, Caller], tuple[float, str]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def of(cls, folder: Path, issuer: str) -> "Signer":
        """The signer whose private key lies in the folder."""
        return cls(issuer, OKPKey.import_key((folder / f"{issuer}.private.pem").read_bytes()))

    def token(self, audience: str, caller: Caller) -> str:
        """A token of 60 s that says to `audience` who calls; one of the last 20 s serves again."""
        moment, token = self._signed.get((audience, caller), (0.0, ""))
        if not 0 <= time.time() - moment < _USED_AGAIN_SECONDS:
            moment, token = time.time(), self._new_token(audience, caller)
            _keep(self._signed, (audience, caller), (moment, token))
        return token

    def _new_token(self, audience: str, caller: Caller) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "aud": audience,
            "sub": caller.subject,
            "iat": now,
            "exp": now + _LIFETIME_SECONDS,
            "caller": caller.model_dump(mode="json"),
        }
        return jwt.encode({"alg": "Ed25519", "kid": self.issuer}, claims, self.key, algorithms=["Ed25519"])

    def own_token(self, audience: str) -> str:
        """A token by which this service calls another one for itself."""
        return self.token(audience, Caller(subject=self.issuer, service=True))


class Verifier:
    """Checks tokens that are meant for one service. Only the gateway may speak for persons."""

    def __init__(self, folder: Path, audience: str, gateway: str) -> None:
        self._folder = folder
        self._audience = audience
        self._gateway = gateway
        self._keys: dict[str, OKPKey] = {}
        self._checked: dict[str, tuple[float, Caller]] = {}
        self._claims = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
        )

    def caller(self, token: str) -> Caller:
        """Who calls. Raises `Unauthenticated` for any token that is not valid here and now.

        A token that was found valid is until it expires, so that one that comes again is not checked anew.
        """
        expires, caller = self._checked.get(token, (0.0, _NOBODY))
        if time.time() >= expires:
            expires, caller = self._check(token)
            _keep(self._checked, token, (expires, caller))
        return caller

    def _check(self, token: str) -> tuple[float, Caller]:
        """Until when a token is valid, and who calls by it. Raises `Unauthenticated`."""
        try:
            decoded = jwt.decode(token, self._key, algorithms=["Ed25519"])
            self._claims.validate(decoded.claims)
            issuer = decoded.header["kid"]
            caller = Caller.model_validate(decoded.claims["caller"])
        except (
            JoseError,
            ValidationError,
            KeyError,
            ValueError,
            TypeError,
            OSError,
            RecursionError,
        ) as error:
            raise Unauthenticated from error
        speaks_for_itself = caller.service and caller.subject == issuer
        speaks_for_a_person = not caller.service and issuer == self._gateway
        if decoded.claims["iss"] != issuer or not (speaks_for_itself or speaks_for_a_person):
            raise Unauthenticated
        return float(decoded.claims["exp"]), caller

    def _key(self, token: GuestProtocol) -> OKPKey:
        """The public key of who claims to have signed; only plain names are looked up."""
        issuer = str(token.headers().get("kid", ""))
        if not (issuer.isascii() and issuer.isalnum()):
            raise ValueError("no issuer")
        if issuer not in self._keys:
            self._keys[issuer] = OKPKey.import_key((self._folder / f"{issuer}.public.pem").read_bytes())
        return self._keys[issuer]


def _keep(kept: dict[K, V], key: K, value: V) -> None:
    """Keep the newest; what was kept before goes when it has become too much."""
    if len(kept) >= _MOST_KEPT:
        kept.clear()
    kept[key] = value
