"""The end: participation sealed, certificates made, the closing event, the program closed."""

from datetime import timedelta
from functools import partial

from matka_cli.rehearse.production import Production
from matka_contracts.terms import GatheringKind


async def seal(show: Production) -> None:
    """Two weeks before the closing event participation is sealed, so that certificates can be printed."""
    path = f"/scheduling/programs/{show.program_id}/seal"
    await show.hands.post(show.coordinator, path)
    await show.stage.idle()
    path = f"/certificates/programs/{show.program_id}/certificates"
    certificates = (await show.hands.get(show.coordinator, path))["certificates"]
    show.tell(f"participation is sealed, {len(certificates)} certificates are made")


async def close_program(show: Production) -> None:
    """The program closes; certificates go out by mail."""
    show.tell("the program closes")
    await show.hands.post(show.coordinator, f"/pairing/programs/{show.program_id}/close")


async def verify(show: Production) -> None:
    """Anybody checks the certificates that came by mail on the public register."""
    for entry in show.mailroom.all:
        if entry.template == "certificate" and entry.attachment() is None:
            raise RuntimeError(f"{entry.path}: the certificate is not attached")


def schedule(show: Production) -> None:
    """Put the end on the agenda."""
    closing = show.cohort.of_kind(GatheringKind.CLOSING)[0].at.date()
    show.stage.at(show.local(closing - timedelta(days=14), 9), partial(seal, show))
    last = max(closing + timedelta(days=2), show.cohort.program.end)
    show.stage.at(show.local(last, 12), partial(close_program, show))
