"""Tokens: who may speak for whom, and everything that is no valid token."""

import base64
import hmac
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OKPKey

from matka_kit.auth import Caller, Grant, Signer, Verifier, create_keys
from matka_kit.errors import Forbidden, Unauthenticated

AMAL = Caller(subject="amal", grants=(Grant(role="mentee", scope="spring"),))


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    create_keys(folder, ["gateway", "people", "pairing"])
    return folder


@pytest.fixture(scope="module")
def people(keys: Path) -> Verifier:
    """What the service `people` checks its callers with."""
    return Verifier(keys, "people", "gateway")


def signed(keys: Path, issuer: str = "gateway", kid: str | None = None, **claims: Any) -> str:
    """A token with these claims instead of the usual ones, well signed."""
    now = int(time.time())
    usual = {
        "iss": issuer,
        "aud": "people",
        "sub": "amal",
        "iat": now,
        "exp": now + 60,
        "caller": AMAL.model_dump(mode="json"),
    }
    key = OKPKey.import_key((keys / f"{issuer}.private.pem").read_bytes())
    header = {"alg": "Ed25519", "kid": issuer if kid is None else kid}
    return jwt.encode(header, usual | claims, key, algorithms=["Ed25519"])


def part(content: Any) -> str:
    """One part of a token, as it is written."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_the_gateway_speaks_for_a_person(keys: Path, people: Verifier) -> None:
    assert people.caller(Signer.of(keys, "gateway").token("people", AMAL)) == AMAL
    assert people.caller(signed(keys)) == AMAL


def test_a_service_speaks_for_itself(keys: Path, people: Verifier) -> None:
    caller = people.caller(Signer.of(keys, "pairing").own_token("people"))
    assert caller == Caller(subject="pairing", service=True)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(time.time()) - 6},
        {"exp": None},
        {"exp": "tomorrow"},
        {"aud": "pairing"},
        {"aud": None},
        {"iss": None},
        {"iss": "pairing"},
        {"caller": None},
        {"caller": {"grants": []}},
        {"caller": {"subject": "amal", "service": True}},
    ],
)
def test_a_token_for_another_time_place_or_issuer_is_not_valid(
    keys: Path, people: Verifier, claims: dict[str, Any]
) -> None:
    with pytest.raises(Unauthenticated):
        people.caller(signed(keys, **claims))


@pytest.mark.parametrize("missing", ["exp", "aud", "iss", "caller"])
def test_no_claim_may_be_missing(keys: Path, people: Verifier, missing: str) -> None:
    key = OKPKey.import_key((keys / "gateway.private.pem").read_bytes())
    claims = jwt.decode(signed(keys), key, algorithms=["Ed25519"]).claims
    del claims[missing]
    with pytest.raises(Unauthenticated):
        people.caller(jwt.encode({"alg": "Ed25519", "kid": "gateway"}, claims, key, algorithms=["Ed25519"]))


def test_a_service_cannot_speak_for_a_person(keys: Path, people: Verifier) -> None:
    with pytest.raises(Unauthenticated):
        people.caller(Signer.of(keys, "pairing").token("people", AMAL))


def test_a_service_cannot_speak_for_another_service(keys: Path, people: Verifier) -> None:
    with pytest.raises(Unauthenticated):
        people.caller(signed(keys, "pairing", caller={"subject": "gateway", "service": True}))


def test_a_service_cannot_sign_as_the_gateway(keys: Path, people: Verifier) -> None:
    with pytest.raises(Unauthenticated):
        people.caller(signed(keys, "pairing", kid="gateway"))


@pytest.mark.parametrize("kid", ["../gateway", "gateway.private", "nobody", "", "gateway/../gateway"])
def test_a_key_is_looked_up_by_a_plain_known_name_only(keys: Path, people: Verifier, kid: str) -> None:
    with pytest.raises(Unauthenticated):
        people.caller(signed(keys, kid=kid))


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "EdDSA", ["Ed25519"], {}, None])
def test_no_other_algorithm_is_taken(keys: Path, people: Verifier, algorithm: object) -> None:
    _, claims, signature = signed(keys).split(".")
    header = part({"alg": algorithm, "kid": "gateway"})
    for end in (signature, ""):
        with pytest.raises(Unauthenticated):
            people.caller(f"{header}.{claims}.{end}")


def test_the_public_key_is_no_shared_secret(keys: Path, people: Verifier) -> None:
    _, claims, _ = signed(keys).split(".")
    said = f"{part({'alg': 'HS256', 'kid': 'gateway'})}.{claims}"
    forged = hmac.digest((keys / "gateway.public.pem").read_bytes(), said.encode(), "sha256")
    with pytest.raises(Unauthenticated):
        people.caller(f"{said}.{part(forged)}")


@pytest.mark.parametrize(
    "header", [[], 5, "x", None, b"\xff\xfe", b"[" * 30_000, b'{"kid":"gateway","x":' + b"[" * 30_000]
)
def test_a_header_may_be_anything_and_is_refused(keys: Path, people: Verifier, header: object) -> None:
    _, claims, signature = signed(keys).split(".")
    with pytest.raises(Unauthenticated):
        people.caller(f"{part(header)}.{claims}.{signature}")


@given(st.text(max_size=200) | st.text("abcdefXYZ0189-_.=", max_size=200))
def test_garbage_is_no_token(people: Verifier, garbage: str) -> None:
    with pytest.raises(Unauthenticated):
        people.caller(garbage)


@given(position=st.integers(0, 10_000), replacement=st.sampled_from("Aa0-_"))
def test_a_token_with_one_changed_character_is_no_token(
    keys: Path, people: Verifier, position: int, replacement: str
) -> None:
    token = signed(keys)
    at = position % (len(token) - 1)  # the last character holds bits that mean nothing
    changed = token[:at] + replacement + token[at + 1 :]
    if changed != token:
        with pytest.raises(Unauthenticated):
            people.caller(changed)


def test_private_keys_are_readable_by_their_owner_alone_and_made_once(keys: Path) -> None:
    private = keys / "gateway.private.pem"
    before = private.read_bytes()
    assert private.stat().st_mode & 0o077 == 0
    create_keys(keys, ["gateway"])
    assert private.read_bytes() == before


def test_a_grant_holds_in_its_scope_or_everywhere() -> None:
    staff = Caller(subject="staff", grants=(Grant(role="helper", scope="spring"),))
    root = Caller(subject="root", grants=(Grant(role="administrator", scope="*"),))
    staff.require(("helper", "coordinator"), "spring")
    root.require(("administrator",), "spring")
    for roles, scope in ((("helper",), "autumn"), (("coordinator",), "spring")):
        with pytest.raises(Forbidden):
            staff.require(roles, scope)
    assert staff.scopes(("helper",)) == {"spring"}
    assert staff.scopes(("coordinator",)) == set()


def test_only_a_service_is_a_service() -> None:
    Caller(subject="pairing", service=True).require_service("learning", "pairing")
    for caller in (Caller(subject="pairing"), Caller(subject="people", service=True)):
        with pytest.raises(Forbidden):
            caller.require_service("pairing")


def test_a_token_serves_again_for_twenty_seconds_for_the_same_caller_at_the_same_place(
    keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    gateway = Signer.of(keys, "gateway")
    first = gateway.token("people", AMAL)
    now += 19
    assert gateway.token("people", AMAL) == first
    assert gateway.token("pairing", AMAL) != first
    assert gateway.token("people", AMAL.model_copy(update={"grants": ()})) != first
    now += 2
    again = gateway.token("people", AMAL)
    assert again != first
    now -= 3600
    assert gateway.token("people", AMAL) != again, "a clock that was set back has no token that lasts longer"


def test_a_token_that_was_valid_is_so_until_it_expires_and_no_longer(
    keys: Path, people: Verifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    token = signed(keys)
    assert people.caller(token) == people.caller(token) == AMAL
    now += 60 + 6
    with pytest.raises(Unauthenticated):
        people.caller(token)
