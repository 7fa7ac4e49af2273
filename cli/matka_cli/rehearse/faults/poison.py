"""Poison: an event that nobody can read and one that breaks a rule, planted in services' own queues."""

from datetime import UTC, datetime
from typing import Any

from matka_cli.rehearse.faults.fault import Fault
from matka_contracts.people import PersonErased
from matka_kit.bus import Outgoing, RabbitBus
from matka_kit.cause import Cause, derived_id
from matka_kit.outbox import envelope_of, outbox_entries
from matka_kit.topology import Lane, lane_queue, own_exchange

_READER, _RULER = "notifications", "people"


class NotPlanted(Exception):
    """The broker did not take the poison."""


class Poisoned(Fault):
    """Two messages that no retry can help; they must end among the dead letters, and nothing else may."""

    victims = (_READER, _RULER)
    planted: list[dict[str, str]]

    async def inject(self) -> None:
        moment = datetime.now(UTC)
        unreadable = Outgoing(derived_id("poison", moment.isoformat()), _work(_READER), b'{"id": "half an ev')
        # Nobody sends people its own events: it has no rule for what comes by a wrong binding.
        event = PersonErased(person_id=derived_id("nobody", moment.isoformat()))
        [entry] = outbox_entries([event], 0, Cause.of_timer(), moment)
        known = Outgoing.of(envelope_of(event.person_id, entry))
        misled = Outgoing(known.event_id, _work(_RULER), known.body, known.headers)
        bus = RabbitBus(self.rig.stack.backing.broker.url, name="poison")
        self.planted = []
        try:
            for service, message in ((_READER, unreadable), (_RULER, misled)):
                if not await bus.send(own_exchange(service), [message]):
                    raise NotPlanted(service)
                self.planted.append({"service": service, "event_id": message.event_id})
        finally:
            await bus.close()

    def facts(self) -> dict[str, Any]:
        return {"planted": self.planted}


def _work(service: str) -> str:
    return lane_queue(service, Lane.WORK)
