"""What the gateway's handlers, routes and pages are given."""

import asyncio
from dataclasses import dataclass

from matka_gateway.allowances import TALLY_SHAPE, Allowances
from matka_gateway.cookies import Cookies
from matka_gateway.languages import Languages
from matka_gateway.sessions import SESSION_SHAPE, Sessions
from matka_gateway.settings import GatewaySettings
from matka_gateway.upstream import Upstream
from matka_kit.client import ServiceClient
from matka_kit.clock import Clock
from matka_kit.errors import Unavailable
from matka_kit.runtime import Runtime

_SWEEP_SECONDS = 60.0


@dataclass(frozen=True)
class Gateway:
    """The gateway's parts."""

    settings: GatewaySettings
    sessions: Sessions
    allowances: Allowances
    cookies: Cookies
    languages: Languages
    client: ServiceClient
    clock: Clock
    upstream: Upstream

    @classmethod
    def build(cls, runtime: Runtime) -> "Gateway":
        """Put the gateway together."""
        settings = runtime.settings
        if not isinstance(settings, GatewaySettings):
            raise TypeError("the gateway has settings of its own")
        secret, store, clock = settings.secret, runtime.store, runtime.clock
        tallies = runtime.repository(TALLY_SHAPE)
        return cls(
            settings=settings,
            sessions=Sessions(runtime.repository(SESSION_SHAPE), store, clock, runtime.client),
            allowances=Allowances(tallies, store, clock, secret, settings.patience),
            cookies=Cookies(secret, settings.encrypted),
            languages=Languages(),
            client=runtime.client,
            clock=clock,
            upstream=Upstream(runtime.client),
        )

    async def keep_tidy(self) -> None:
        """Without end, delete sessions and tallies whose time is over."""
        while True:
            try:
                await self.sessions.sweep()
                await self.allowances.sweep()
            except Unavailable:
                pass  # the store is away: there will be a next round
            await asyncio.sleep(_SWEEP_SECONDS)
