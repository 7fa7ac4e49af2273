"""Ways to let services hear of events, and to read their refusals."""

import httpx2

from matka_contracts.event import Envelope, Event
from matka_kit.outgoing import Outgoing
from matka_kit.testing import World


async def tell(
    world: World, event: Event, subject: str = "elsewhere", sequence: int = 1, id: str = "event"
) -> None:
    """Let an event of another service arrive, and whatever follows from it happen."""
    await announce(world, event, subject, sequence, id)
    await world.drain()


async def announce(
    world: World, event: Event, subject: str = "elsewhere", sequence: int = 1, id: str = "event"
) -> None:
    """Let an event of another service arrive; what cannot be done at once is not tried again yet."""
    kind = event.event_type()
    envelope = Envelope(
        id=id,
        source=f"/matka/{event.producer}",
        type=kind,
        subject=subject,
        time=world.clock.now(),
        data=event.model_dump(mode="json"),
        sequence=sequence,
    )
    await world.bus.publish([Outgoing.of(envelope)])


def problem(answer: httpx2.Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status_code, str(answer.json()["code"])
