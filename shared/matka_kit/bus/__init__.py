"""The way out for events and the way in: RabbitMQ, or a bus in memory that behaves the same."""

from matka_kit.bus.memory import MemoryBus
from matka_kit.bus.port import Bus
from matka_kit.bus.rabbit import RabbitBus
from matka_kit.consumer import Consumer
from matka_kit.outgoing import Outgoing

__all__ = ["Bus", "Consumer", "MemoryBus", "Outgoing", "RabbitBus"]
