"""What the gateway does: sign people in and out, check certificates, and follow who may do what."""

import re
import unicodedata
import uuid
from dataclasses import dataclass
from datetime import date

from pydantic import BaseModel

from matka_contracts.event import Envelope
from matka_contracts.people import PersonChanged, PersonErased, RoleGranted, RoleRevoked
from matka_gateway.allowances import (
    PER_ADDRESS_SIGN_INS,
    PER_CLIENT_CHECKS,
    PER_CLIENT_REDEEMS,
    PER_CLIENT_SIGN_INS,
)
from matka_gateway.gateway import Gateway
from matka_kit.cause import Cause, derived_id
from matka_kit.errors import DomainError, InvalidInput, NotFound

_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{1,100}")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,100}")
_CODE = re.compile(r"[0-9]{6}")
# Blanks, hyphens and the marks of writing direction that come along when a code is copied.
_BETWEEN_DIGITS = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff-]")
_NUMBER = re.compile(r"[0-9A-Z-]{4,40}")


class SignInExpired(DomainError):
    """A link or code that was used, is too old, or never was one."""


class CodeNotSixDigits(InvalidInput):
    """What was typed can't be a code, so it is no attempt either."""


@dataclass(frozen=True)
class Proof:
    """What somebody brings back from their mail: the link's token, or else the six-digit code."""

    request_id: str
    token: str = ""
    code: str = ""


class Registered(BaseModel):
    """A certificate as the public register has it; one that was erased has no name."""

    status: str
    number: str
    holder_name: str = ""
    program_title: dict[str, str] = {}
    issued_on: date | None = None
    replaced_by: str | None = None


async def ask_to_sign_in(deps: Gateway, email: str, client: str, key: str = "") -> str:
    """Have a link mailed; the answer, a request's id, is the same whether the address is known or not.

    The same `key` for the same address is the same request, and one mail. Raises `TooManyAttempts`,
    `Refused` for what is no address, `Unavailable`.
    """
    address = email.strip()
    await deps.allowances.spend(PER_CLIENT_SIGN_INS, client)
    await deps.allowances.spend(PER_ADDRESS_SIGN_INS, address.casefold())
    command = _command(key, address)
    answer = await deps.client.call("people", "POST", "/sign-ins", body={"email": address}, key=command)
    return str(answer["request_id"])


async def sign_in(deps: Gateway, proof: Proof, client: str, key: str = "") -> str:
    """Begin a session with a link's token or a code; the session's secret.

    A proof serves once, and again for whoever repeats the same `key` because no answer came. Raises
    `CodeNotSixDigits`, `TooManyAttempts`, `SignInExpired`, `Refused` for a wrong code, `Unavailable`.
    """
    code = _digits(proof.code)
    if not (proof.token or _CODE.fullmatch(code)):
        raise CodeNotSixDigits
    await deps.allowances.spend(PER_CLIENT_REDEEMS, client)
    if not (_REQUEST_ID.fullmatch(proof.request_id) and (not proof.token or _TOKEN.fullmatch(proof.token))):
        raise SignInExpired
    body = {"token": proof.token} if proof.token else {"code": code}
    path, command = f"/sign-ins/{proof.request_id}/redeem", _command(key, proof.token or code)
    person = await deps.client.call("people", "POST", path, body=body, key=command)
    return await deps.sessions.open(person["person_id"], person["language"])


def as_number(typed: str) -> str:
    """A certificate's number as the register writes it; nothing if what was typed can be none."""
    written = re.sub(r"[\s\u2010-\u2015]+", "-", typed.strip()).upper()
    return written if _NUMBER.fullmatch(written) else ""


async def check_number(deps: Gateway, number: str, client: str) -> Registered:
    """What the public register says of a certificate's number, however it was typed.

    Raises `TooManyAttempts`, `NotFound`, `Unavailable`.
    """
    await deps.allowances.spend(PER_CLIENT_CHECKS, client)
    written = as_number(number)
    if not written:
        raise NotFound(kind="certificates")
    return Registered.model_validate(await deps.client.call("certificates", "GET", f"/register/{written}"))


async def check_file(deps: Gateway, sha256: str, client: str) -> Registered:
    """What the public register says of a file with this hash; one changed byte makes it an unknown file.

    Raises `TooManyAttempts`, `Refused` for an unknown file, `Unavailable`.
    """
    await deps.allowances.spend(PER_CLIENT_CHECKS, client)
    found = await deps.client.call("certificates", "POST", "/register/check", body={"sha256": sha256})
    return Registered.model_validate(found)


async def on_role_granted(deps: Gateway, event: RoleGranted, envelope: Envelope) -> None:
    """Have the person's sessions read their roles again."""
    await deps.sessions.doubt(event.person_id, Cause.of_event(envelope))


async def on_role_revoked(deps: Gateway, event: RoleRevoked, envelope: Envelope) -> None:
    """Have the person's sessions read their roles again before anything else is done in them."""
    await deps.sessions.doubt(event.person_id, Cause.of_event(envelope))


async def on_person_changed(deps: Gateway, event: PersonChanged, envelope: Envelope) -> None:
    """Follow the language that a person wants; nothing else of theirs is kept here."""
    if "language" in event.changed:
        await deps.sessions.speak(event.person_id, Cause.of_event(envelope))


async def on_person_erased(deps: Gateway, event: PersonErased, _: Envelope) -> None:
    """Sign the person out everywhere; nothing of them is left here."""
    await deps.sessions.end_all(event.person_id)


def _command(key: str, *about: str) -> str:
    """The key of a call on: the client's, which another client may have come upon too, or one of our own."""
    return derived_id("client", key, *about) if key else str(uuid.uuid4())


def _digits(typed: str) -> str:
    """A code as its digits; those of other scripts are digits too."""
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in _BETWEEN_DIGITS.sub("", typed))
