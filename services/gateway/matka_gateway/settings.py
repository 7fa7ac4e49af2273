"""What the gateway is told by its environment beyond what every service is told."""

import hashlib
import hmac
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import BeforeValidator, Field, HttpUrl, IPvAnyNetwork, model_validator
from pydantic_settings import NoDecode

from matka_kit.settings import ServiceSettings


def _split(listed: object) -> object:
    return [each.strip() for each in listed.split(",")] if isinstance(listed, str) else listed


class GatewaySettings(ServiceSettings):
    """`MATKA_PUBLIC_URL` is the address that people type, without a path: cookies and forms go by it.

    In production it must be https. Elsewhere it is this process's own address unless set.
    `MATKA_OPERATORS` are the networks, comma-separated, from which health, metrics and activity may be asked.
    `MATKA_ORGANISATION` is who runs the programs and keeps what people write, as on certificates;
    `MATKA_CONTACT` is the email address under which they are reached. Pages leave out what is empty.
    """

    public_url: HttpUrl | None = None
    operators: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_split)] = (
        IPv4Network("127.0.0.0/8"),
        IPv6Network("::1/128"),
    )
    organisation: str = Field(default="", max_length=200)
    contact: str = Field(default="", max_length=254, pattern=r"^([^\s@<>\"]+@[^\s@<>\"]+)?$")

    @model_validator(mode="after")
    def _want_a_safe_address(self) -> "GatewaySettings":
        """Passwordless sign-in is only as safe as the way its cookie travels."""
        if self.environment == "production" and (
            self.public_url is None or self.public_url.scheme != "https"
        ):
            raise ValueError("production needs MATKA_PUBLIC_URL, beginning with https://")
        if self.public_url is not None and self.public_url.path not in {None, "/"}:
            raise ValueError("MATKA_PUBLIC_URL takes no path: pages and cookies are at the root")
        return self

    @property
    def origin(self) -> str:
        """Scheme, host and port as a browser writes them in `Origin`."""
        if self.public_url is None:
            return f"http://{self.host}:{self.port}"
        usual = {"http": 80, "https": 443}[self.public_url.scheme]
        port = "" if self.public_url.port in {None, usual} else f":{self.public_url.port}"
        return f"{self.public_url.scheme}://{self.public_url.host}{port}"

    @property
    def encrypted(self) -> bool:
        """Whether browsers reach the gateway over TLS, so that cookies may insist on it."""
        return self.origin.startswith("https:")

    @property
    def secret(self) -> bytes:
        """What cookies and forms are signed with: derived from the private key that all replicas share."""
        private = (self.keys / "gateway.private.pem").read_bytes()
        return hmac.digest(private, b"matka gateway: cookies and forms", hashlib.sha256)

    @property
    def patience(self) -> int:
        """By how much allowances per client are multiplied: in a rehearsal everybody is one machine."""
        return 10_000 if self.environment == "rehearsal" else 1
