"""What went wrong, in terms that an answer can be made of: a status, a code and its parameters."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import structlog
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from matka_gateway.error_texts import TEXTS
from matka_gateway.languages import Language
from matka_kit.client import Refused
from matka_kit.errors import DomainError, Transient, Unauthenticated, Unavailable
from matka_kit.http import brings_more
from matka_kit.problems import wrong_fields

_HTTP_CODES = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 503: "try-again-later"}
_RETRY_SECONDS = {429: 60, 503: 5}
_ISO_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d)")
_log = structlog.get_logger()


class TooLarge(DomainError):
    """More was sent than is taken."""

    status = 413


@dataclass(frozen=True)
class Failure:
    """An error as the outside hears of it."""

    status: int
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    allow: str = ""

    @classmethod
    def read(cls, status: int, content: bytes) -> "Failure":
        """The failure in a service's problem document."""
        try:
            problem = json.loads(content)
            return cls(status, str(problem["code"]), dict(problem["params"]))
        except (ValueError, KeyError, TypeError):
            return cls(status, "refused")

    def text(self, language: Language) -> str:
        """What happened, for people; a code that is newer than this gateway has a text that fits any."""
        places = {name: _shown(value, language) for name, value in self.params.items()}
        return language.say(TEXTS.get(self.code, TEXTS["refused"]), **places).strip()

    @property
    def fields(self) -> list[str]:
        """The fields of a form that a service could not take."""
        found = self.params.get("fields")
        named = [each.get("field", "") if isinstance(each, dict) else each for each in found or ()]
        return [str(name).rpartition(".")[2] for name in named if name]

    @property
    def headers(self) -> dict[str, str]:
        """How to come in, in which ways to ask or when to come back, where that is known."""
        if self.allow:
            return {"Allow": self.allow}
        if self.status in _RETRY_SECONDS:
            return {"Retry-After": str(_RETRY_SECONDS[self.status])}
        return {"WWW-Authenticate": "Bearer"} if self.status == Unauthenticated.status else {}


def failure_of(error: Exception, path: str) -> Failure:
    """The failure that an error is; a bug is logged and tells nothing of itself."""
    match error:
        case Refused():
            return Failure(error.refused_status, error.refused_code, error.params)
        case DomainError():
            return Failure(error.status, error.code_of(), error.params)
        case Transient() | Unavailable() | TimeoutError():
            _log.warning("request refused for now", error=str(error) or type(error).__name__)
            return Failure(503, "try-again-later")
        case RequestValidationError():
            return Failure(422, "invalid-input", {"fields": wrong_fields(error)})
        case HTTPException():
            code = _HTTP_CODES.get(error.status_code, "invalid-input")
            return Failure(error.status_code, code, allow=(error.headers or {}).get("Allow", ""))
    _log.error("request failed", path=path, exc_info=error)
    return Failure(500, "internal")


def _shown(value: object, language: Language) -> str:
    """A parameter as people write it: dates and numbers in their way, fields by their names."""
    match value:
        case list():
            return ", ".join(_shown(each, language) for each in value)
        case dict():
            return str(value.get("field", ""))
        case bool() | None:
            return ""
        case int() | float():
            return language.number(value)
        case str() if _ISO_DATE.fullmatch(value):
            return language.day(date.fromisoformat(value))
    return str(value)


def bounded(request: Request, most: int) -> None:
    """Refuse a body of more than `most` bytes before reading it. Raises `TooLarge`.

    A body whose length is not told beforehand is refused too: no browser sends one.
    """
    if brings_more(request, most):
        raise TooLarge(megabytes=most // 1_000_000)
