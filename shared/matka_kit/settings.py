"""What every service is told by its environment; secrets may stand in files instead."""

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, HttpUrl, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Role = Literal["all", "api", "worker"]


def _split(listed: object) -> object:
    return listed.split(",") if isinstance(listed, str) else listed


class ServiceSettings(BaseSettings):
    """Environment variables `MATKA_<NAME>`; a service with more of its own extends this class.

    `clock` is `system` or `file:PATH` (stepped, never in production). `rungs` are the retry ladder's delays
    in seconds, comma-separated. `keys` is the folder with this service's private key and everybody's
    public keys. `urls` maps service names to base URLs. Where `MATKA_SECRETS_DIR` names a folder, a file
    `matka_broker_url` in it stands for the variable that is not set, and so on.
    """

    model_config = SettingsConfigDict(
        env_prefix="MATKA_",
        secrets_dir=os.environ.get("MATKA_SECRETS_DIR"),
        extra="ignore",
        hide_input_in_errors=True,
    )

    environment: Literal["production", "development", "rehearsal"] = "production"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    role: Role = "all"
    instance: str = "1"
    broker_url: str
    store_url: str
    clock: str = "system"
    rungs: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_split)] = (5, 30, 300, 3600)
    keys: Path
    urls: dict[str, HttpUrl] = {}
    crash_at: str = ""
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @model_validator(mode="after")
    def _refuse_toys_in_production(self) -> "ServiceSettings":
        """A stepped clock or a crash point has no place where people rely on the service."""
        if self.environment == "production" and (self.clock != "system" or self.crash_at):
            raise ValueError("production takes neither MATKA_CLOCK other than 'system' nor MATKA_CRASH_AT")
        return self

    def url_of(self, service: str) -> str:
        """The base URL of another service, without a slash at its end. Raises `KeyError`."""
        return str(self.urls[service]).rstrip("/")
