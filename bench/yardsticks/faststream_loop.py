"""Publish → handle → acknowledge by FastStream: `faststream_loop URL COUNT` prints the seconds it took.

The same exchange, quorum queue, prefetch, window, body, persistence and confirms as the kit, acknowledged
after the handler, the body validated by the same models.
"""

import asyncio
import json
import logging
import sys
import time

import uvloop
from faststream import AckPolicy
from faststream.rabbit import Channel, ExchangeType, RabbitBroker, RabbitExchange, RabbitQueue

from bench.support.events import KEY, PREFETCH, WINDOW, an_envelope
from matka_contracts.event import Envelope


async def main(url: str, count: int) -> float:
    """Seconds from the first publish to the last handled message."""
    broker = RabbitBroker(
        url,
        default_channel=Channel(prefetch_count=PREFETCH, on_return_raises=True),
        logger=None,
        log_level=logging.CRITICAL,
    )
    exchange = RabbitExchange("matka.events", type=ExchangeType.TOPIC, declare=False)
    left, done = count, asyncio.Event()

    @broker.subscriber(RabbitQueue("alpha.work", declare=False), ack_policy=AckPolicy.NACK_ON_ERROR)  # type: ignore[untyped-decorator]
    async def handle(envelope: Envelope) -> None:
        nonlocal left
        envelope.open()
        left -= 1
        if not left:
            done.set()

    bodies = [an_envelope(number).model_dump_json().encode() for number in range(count)]
    await broker.start()
    began = time.perf_counter()
    for start in range(0, count, WINDOW):
        publishing = (
            broker.publish(
                body,
                exchange=exchange,
                routing_key=KEY,
                persist=True,
                mandatory=True,
                content_type="application/json",
            )
            for body in bodies[start : start + WINDOW]
        )
        await asyncio.gather(*publishing)
    await done.wait()
    took = time.perf_counter() - began
    await broker.stop()
    return took


if __name__ == "__main__":
    print(json.dumps({"seconds": uvloop.run(main(sys.argv[1], int(sys.argv[2])))}))
