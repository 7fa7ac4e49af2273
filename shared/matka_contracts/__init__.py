"""The published language of Matka: every domain event, split by the service that publishes it."""

from matka_contracts import certificates, learning, notifications, pairing, people, scheduling, terms

__all__ = ["certificates", "learning", "notifications", "pairing", "people", "scheduling", "terms"]
