"""Whom to look around as: `matka up` on a rehearsal's data names these people to sign in as."""

import json

from matka_cli.rehearse.production import Production
from matka_contracts.pairing import PairEnded, PairFormed
from matka_contracts.terms import PROGRAM_CLOSED

NAME = "explore.json"


def write(show: Production) -> None:
    """Write down a staff member and, once there are pairs, the two of the first that did not part."""
    parted = {
        each.event.pair_id
        for each in show.recording.of(PairEnded)
        if isinstance(each.event, PairEnded) and each.event.reason != PROGRAM_CLOSED
    }
    formed = [
        each.event
        for each in show.recording.of(PairFormed)
        if isinstance(each.event, PairFormed) and each.event.pair_id not in parted
    ]
    people = [show.coordinator]
    if formed:
        people += [show.person(formed[0].mentor_id), show.person(formed[0].mentee_id)]
    guides = [{"role": each.role, "name": each.name, "email": each.address} for each in people]
    beside = show.out / f".{NAME}"
    beside.write_text(json.dumps(guides, ensure_ascii=False, indent=2) + "\n", "utf-8")
    beside.replace(show.out / NAME)
