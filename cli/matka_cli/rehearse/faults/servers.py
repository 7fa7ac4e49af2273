"""Faults of servers: the broker or the database restarted, the broker frozen, its connections cut."""

import os
import signal
from typing import Any

from matka_cli.backing.serving import OwnServer, Serving
from matka_cli.rehearse.faults.fault import Fault, Rig, Unfit, letters_on_their_way
from matka_cli.rehearse.faults.proxy import Proxy


def _ours(serving: Serving) -> OwnServer:
    if serving.own is None:
        raise Unfit(f"it is not ours to stop: {serving.line}")
    return serving.own


class BrokerRestarted(Fault):
    """The broker is stopped and comes back on its data."""

    lasts = 3.0

    def __init__(self, rig: Rig) -> None:
        super().__init__(rig)
        self._server = _ours(rig.stack.backing.broker)

    async def inject(self) -> None:
        await self._server.end()

    async def heal(self) -> None:
        if self._server.pid is None:
            await self._server.begin()


class BrokerFrozen(Fault):
    """The broker stands still: its connections stay open, and nothing answers."""

    lasts = 30.0

    def __init__(self, rig: Rig) -> None:
        super().__init__(rig)
        self._server = _ours(rig.stack.backing.broker)

    async def inject(self) -> None:
        self._signal(signal.SIGSTOP)

    async def heal(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: signal.Signals) -> None:
        if self._server.pid is not None:
            os.kill(self._server.pid, number)


class ConnectionsCut(Fault):
    """Every connection between services and broker is reset."""

    def __init__(self, rig: Rig, proxy: Proxy | None) -> None:
        super().__init__(rig)
        if proxy is None:
            raise Unfit("there is no proxy before the broker")
        self._proxy = proxy
        self._cut = 0

    async def inject(self) -> None:
        self._cut = self._proxy.cut()

    def facts(self) -> dict[str, Any]:
        return {"connections": self._cut}


class StoreStopped(Fault):
    """The database server is stopped and comes back on its data."""

    lasts = 5.0

    def __init__(self, rig: Rig) -> None:
        super().__init__(rig)
        self._server = _ours(rig.stack.backing.store)

    async def inject(self) -> None:
        await self._server.end()

    async def heal(self) -> None:
        if self._server.pid is None:
            await self._server.begin()

    def may_double(self) -> int:
        return letters_on_their_way(self.rig, self.victims)
