"""Faults of processes: all replicas of a service killed, or replaced one by one by a newer version."""

from typing import Any

from matka_cli.rehearse.faults.fault import Fault, Rig, Seen, Unfit, letters_on_their_way

_GATEWAY = "gateway"


class _OfOneService(Fault):
    """It strikes all replicas of a service."""

    def __init__(self, rig: Rig, service: str) -> None:
        super().__init__(rig)
        self.victims = (service,)

    def proof(self, seen: Seen) -> dict[str, Any]:
        """The gateway has in flight what people ask for; the others what they have to do."""
        if self.victims == (_GATEWAY,):
            return {"commands": list(seen.commands)} if seen.commands else {}
        return super().proof(seen)


class Killed(_OfOneService):
    """Every replica of a service dies at once, as in a power cut; the supervisor starts them again."""

    async def inject(self) -> None:
        for replica in self.rig.replicas(self.victims):
            replica.kept.kill()

    def may_double(self) -> int:
        return letters_on_their_way(self.rig, self.victims)


class Upgraded(_OfOneService):
    """A rolling upgrade: each replica of a service is stopped in good order and a new one takes its place."""

    def __init__(self, rig: Rig, service: str) -> None:
        super().__init__(rig, service)
        if len(rig.replicas(self.victims)) < 2:
            raise Unfit("a rolling upgrade takes --replicas 2 or more")

    async def inject(self) -> None:
        for replica in self.rig.replicas(self.victims):
            await self.rig.stack.restart(replica.name)
