"""Tokens that no service may take, by what is wrong with them."""

import base64
import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import OKPKey

from matka_kit.auth import Caller, Grant, Signer
from matka_kit.host import GATEWAY

_ROOT = Caller(subject="root", grants=(Grant(role="administrator", scope="*"),))
_HOUR = 3600


def false_tokens(keys: Path, service: str) -> dict[str, str]:
    """One of each kind; every one of them would open everything if it were taken. "" is no token at all."""
    gateway, elsewhere = Signer.of(keys, GATEWAY), "people" if service == "pairing" else "pairing"
    valid = gateway.token(service, _ROOT)
    stranger = Signer(GATEWAY, OKPKey.generate_key("Ed25519"))
    in_anothers_name = Caller(subject="notifications", service=True)
    return {
        "no token": "",
        "nonsense": "x",
        "for another service": gateway.token(elsewhere, _ROOT),
        "for a person, from a service": Signer.of(keys, elsewhere).token(service, _ROOT),
        "for a service, from another": Signer.of(keys, elsewhere).token(service, in_anothers_name),
        "for a service, from the gateway": gateway.token(service, in_anothers_name),
        "expired": _signed(gateway, _claims(service, expires=-_HOUR)),
        "without an end": _signed(gateway, _without(_claims(service, expires=_HOUR), "exp")),
        "by a wrong key": stranger.token(service, _ROOT),
        "cut short": valid[:-8],
        "unsigned": f"{_part({'alg': 'none', 'kid': GATEWAY})}.{_part(_claims(service, expires=_HOUR))}.",
    }


def _claims(service: str, expires: int) -> dict[str, Any]:
    """What a valid token says, but for its end that is this many seconds away."""
    now = int(time.time())
    return {
        "iss": GATEWAY,
        "aud": service,
        "sub": _ROOT.subject,
        "iat": now - 2 * _HOUR,
        "exp": now + expires,
        "caller": _ROOT.model_dump(mode="json"),
    }


def _without(claims: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in claims.items() if key != name}


def _signed(signer: Signer, claims: Mapping[str, Any]) -> str:
    header = {"alg": "Ed25519", "kid": signer.issuer}
    return jwt.encode(header, dict(claims), signer.key, algorithms=["Ed25519"])


def _part(content: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
