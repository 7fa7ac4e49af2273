"""A service as an HTTP application and as a process."""

import gc
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
import uvicorn
import uvloop
from fastapi import APIRouter, Depends, FastAPI, Request, Response, params
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import ValidationError
from pydantic_settings import SettingsError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matka_kit import problems
from matka_kit.bus import RabbitBus
from matka_kit.declaration import Service
from matka_kit.described import DescribedApp
from matka_kit.errors import MatkaError
from matka_kit.host import Activity, Host, Parts, system_parts
from matka_kit.http import brings_more, caller_of
from matka_kit.observability import Metrics, configure_logging
from matka_kit.settings import ServiceSettings

_GRACEFUL_SECONDS = 10
_INTERNAL = 500
_BAD_SETTINGS = 2
_COLLECTING = (20_000, 20, 50)  # new objects, collections of the young, of the middle-aged
_MOST_BYTES = 10_000_000  # an import through the gateway is half of it
_log = structlog.get_logger()


def create_app(service: Service[Any], settings: ServiceSettings, parts: Parts) -> FastAPI:
    """The service's routes, each behind a token, beside its health, metrics and activity."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        host = await Host.open(service, settings, parts)
        app.state.host, app.state.deps, app.state.verifier = host, host.deps, host.verifier
        await host.start()
        try:
            yield
        finally:
            await host.stop()

    app = DescribedApp(title=f"Matka {service.name}", openapi_url=None, lifespan=lifespan)
    metrics = Metrics()
    problems.install(app)
    if service.routers:  # a service of nothing but public routes has words of its own for this
        app.add_middleware(_Bounded)
    app.add_middleware(_Counted, metrics=metrics)
    app.include_router(_operations(metrics, [Depends(service.operators)] if service.operators else []))
    for router in service.public_routers:
        app.include_router(router)
    for router in service.routers:
        app.include_router(router, dependencies=[Depends(caller_of)])
    return app


def _operations(metrics: Metrics, guards: Sequence[params.Depends]) -> APIRouter:
    router = APIRouter(dependencies=guards, include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "live"}

    @router.get("/health/ready")
    async def ready(request: Request) -> JSONResponse:
        is_ready = await request.app.state.host.ready()
        return JSONResponse({"status": "ready" if is_ready else "not-ready"}, 200 if is_ready else 503)

    @router.get("/activity")
    async def activity(request: Request) -> Activity:
        host: Host[Any] = request.app.state.host
        return await host.activity()

    @router.get("/metrics")
    async def numbers(request: Request) -> Response:
        metrics.observe(await request.app.state.host.activity())
        return Response(generate_latest(metrics.registry), media_type=CONTENT_TYPE_LATEST)

    return router


class _Bounded:
    """Does not begin to read a body that is too long or does not tell its length; plain ASGI too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and brings_more(Request(scope), _MOST_BYTES):
            answer = problems.problem(413, "too-large", {"megabytes": _MOST_BYTES // 1_000_000})
            await answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class _Counted:
    """Counts requests by their answer; plain ASGI, for the framework's decorator starts tasks for each."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._requests = metrics.requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = _INTERNAL  # what a bug is answered with, further out

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, answer)
        finally:
            # made-up methods are one series, or anybody could make the numbers grow without end
            method = scope["method"] if scope["method"] in problems.METHODS else "other"
            self._requests.labels(method, status).inc()


def serve(service: Service[Any]) -> None:
    """Run one replica until it is told to stop.

    Exit status 2 comes with the names of the settings that are missing or wrong, never their values; any
    other but 0 means that the service could not start.
    """
    try:
        settings = service.settings()
    except (ValidationError, SettingsError) as error:
        print(f"matka {service.name}: check these settings: {_wrong(error)}", file=sys.stderr)  # noqa: T201 - there is no log yet
        sys.exit(_BAD_SETTINGS)
    configure_logging(service.name, settings.instance, settings.log_level)
    _collect_less_often()
    try:
        uvloop.run(_serve(service, settings))
    except MatkaError as error:
        _log.error("cannot start", reason=str(error))
        sys.exit(1)


def _collect_less_often() -> None:
    """Spare the collector what was imported, and lists of thousands, which took it half of the time.

    What becomes garbage here is nearly all freed without it.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTING)


def _wrong(error: ValidationError | SettingsError) -> str:
    """What is wrong with the settings: variables by name, or what several of them together may not say."""
    if isinstance(error, SettingsError):
        return str(error)  # names the field only
    named = (f"MATKA_{each['loc'][0]}".upper() if each["loc"] else each["msg"] for each in error.errors())
    return ", ".join(dict.fromkeys(named))


async def _serve(service: Service[Any], settings: ServiceSettings) -> None:
    bus = RabbitBus(settings.broker_url, name=f"{service.name}-{settings.instance}")
    app = create_app(service, settings, system_parts(service, settings, bus))
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=_GRACEFUL_SECONDS,
            server_header=False,
        )
    )
    await server.serve()
    if not server.started:
        sys.exit(1)
