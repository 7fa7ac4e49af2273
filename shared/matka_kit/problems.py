"""Errors as HTTP answers: RFC 9457 problems that carry a code and parameters, never an exception's text."""

import re
from collections.abc import Mapping
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from matka_kit.client import Refused
from matka_kit.described import PROBLEM
from matka_kit.errors import DomainError, Transient, Unavailable

# What a status is not complete without: how to come in, when to come back.
_SAID = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "5"}}
METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_PLACEHOLDER = re.compile(r"\{[^}]+\}")
_MOST_FIELDS, _LONGEST_NAME = 100, 200
_log = structlog.get_logger()


def problem(
    status: int,
    code: str,
    params: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem document; whoever shows it translates `code` and fills in `params`."""
    content = {"type": f"urn:matka:problem:{code}", "status": status, "code": code, "params": params or {}}
    said = {**(headers or {}), **_SAID.get(status, {})}
    return JSONResponse(content, status, said, PROBLEM)


def install(app: FastAPI) -> None:
    """Give every error of a service its answer."""
    app.add_exception_handler(DomainError, _on_domain_error)
    app.add_exception_handler(Transient, _on_busy)
    app.add_exception_handler(Unavailable, _on_busy)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_bug)


def wrong_fields(error: RequestValidationError) -> list[dict[str, str]]:
    """Which fields are wrong and how; names that the caller made up are cut, and not all of them are told."""
    return [
        {
            "field": ".".join(str(part) for part in each["loc"][1:])[:_LONGEST_NAME],
            "problem": str(each["type"]),
        }
        for each in error.errors()[:_MOST_FIELDS]
    ]


async def _on_domain_error(_: Request, error: Exception) -> JSONResponse:
    if isinstance(error, Refused):
        return problem(error.refused_status, error.refused_code, error.params)
    assert isinstance(error, DomainError)  # noqa: S101 - registered for this type only
    return problem(error.status, error.code_of(), error.params)


async def _on_busy(_: Request, error: Exception) -> JSONResponse:
    _log.warning("request refused for now", error=type(error).__name__)
    return problem(503, "try-again-later")


async def _on_invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type only
    return problem(422, "invalid-input", {"fields": wrong_fields(error)})


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type only
    if error.status_code == 405:
        return problem(405, "method-not-allowed", headers={"Allow": ", ".join(_allowed(request))})
    codes = {404: "not-found", 413: "too-large"}
    return problem(error.status_code, codes.get(error.status_code, "invalid-input"), headers=error.headers)


def _allowed(request: Request) -> list[str]:
    """The methods that are documented at this path; where none are, those that the routes at it answer to.

    A path that is written out is not meant by a route that has a placeholder there.
    """
    path, described = request.url.path, request.app.openapi()["paths"]
    templates = [template for template in described if _covers(template, path)]
    if templates:
        ways = described[min(templates, key=lambda template: template.count("{"))]
        return [method for method in METHODS if method.lower() in ways]
    return [method for method in METHODS if _is_answered(request, method)]


def _covers(template: str, path: str) -> bool:
    return re.fullmatch("[^/]+".join(map(re.escape, _PLACEHOLDER.split(template))), path) is not None


def _is_answered(request: Request, method: str) -> bool:
    scope = {**request.scope, "method": method}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)


async def _on_bug(request: Request, error: Exception) -> JSONResponse:
    _log.error("request failed", path=request.url.path, exc_info=error)
    return problem(500, "internal")
