"""A service's way in, as the rest of the service sees it."""

from typing import Protocol


class Consumer(Protocol):
    """What one subscription does now, and how to end it."""

    @property
    def consuming(self) -> bool:
        """Whether messages reach this replica now; false while it is paused, being built or stopped."""

    @property
    def paused_by(self) -> str | None:
        """The dependency whose return is waited for, or None."""

    @property
    def received(self) -> int:
        """Deliveries taken since the start."""

    @property
    def settled(self) -> int:
        """Deliveries that are over: acknowledged, given back, or gone with their connection."""

    @property
    def retried(self) -> int:
        """Messages sent to a retry rung. One on its way back from there may be invisible for 50 ms."""

    @property
    def buried(self) -> int:
        """Messages sent to the dead letters."""

    async def stop(self, grace: float = 20) -> None:
        """Take nothing more and finish what is in hand, at most `grace` seconds."""
