"""The way in: what a service subscribes to, what becomes of each message, and in which order."""

from matka_kit.consumer.port import Consumer
from matka_kit.consumer.subscription import Dispatch, Probe, Subscription, by_subject

__all__ = ["Consumer", "Dispatch", "Probe", "Subscription", "by_subject"]
