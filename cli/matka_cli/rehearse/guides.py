"""Whom to look around as: `matka up` on a rehearsal's data names these people to sign in as."""

import json

from matka_cli.rehearse.production import Production
from matka_contracts.pairing import PairFormed

NAME = "explore.json"


def write(show: Production) -> None:
    """Write down a staff member and, once there are pairs, a mentor and a mentee of the first."""
    formed = [each.event for each in show.recording.of(PairFormed) if isinstance(each.event, PairFormed)]
    people = [show.coordinator]
    if formed:
        people += [show.person(formed[0].mentor_id), show.person(formed[0].mentee_id)]
    guides = [{"role": each.role, "name": each.name, "email": each.email} for each in people]
    beside = show.out / f".{NAME}"
    beside.write_text(json.dumps(guides, ensure_ascii=False, indent=2) + "\n", "utf-8")
    beside.replace(show.out / NAME)
