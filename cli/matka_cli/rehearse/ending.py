"""The end: participation sealed, certificates made, the closing event, the program closed."""

from functools import partial

from matka_cli.rehearse.production import Production
from matka_contracts.certificates import CertificateIssued


async def seal(show: Production) -> None:
    """Two weeks before the closing event participation is sealed, so that certificates can be printed."""
    show.phases.begin("ending")
    path = f"/scheduling/programs/{show.program_id}/seal"
    await show.hands.post(show.coordinator, path)
    await show.stage.idle()
    made = len(show.recording.of(CertificateIssued))
    show.tell(f"participation is sealed, {made} certificates are made")


async def close_program(show: Production) -> None:
    """The program closes; certificates go out by mail."""
    show.tell("the program closes")
    await show.hands.post(show.coordinator, f"/pairing/programs/{show.program_id}/close")


def schedule(show: Production) -> None:
    """Put the end on the agenda."""
    show.stage.at(show.times.sealing, partial(seal, show))
    show.stage.at(show.times.closing, partial(close_program, show))
