"""The check: read everything, then hold every invariant against it."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx2

from matka_cli.check import (
    addressing,
    certificates,
    invitations,
    leftovers,
    pairs,
    reminders,
    summary,
    wording,
)
from matka_cli.check.asking import Asking, sign_in
from matka_cli.check.cohort import read_cohort
from matka_cli.check.evidence import Evidence
from matka_cli.check.folder import read_folder
from matka_cli.check.inquiry import ask_everything
from matka_cli.check.paper import sha256_of
from matka_cli.check.queues import DEAD, REHEARSAL_RUNGS, count_queues, read_dead
from matka_cli.check.violation import Violation

_TIMEOUT = 60.0

INVARIANTS: Sequence[Callable[[Evidence], Iterable[Violation]]] = (
    pairs.mentees,
    pairs.mentors,
    pairs.languages,
    pairs.readiness,
    invitations.to_the_start,
    reminders.before_meetings,
    reminders.of_meetings,
    certificates.holders,
    certificates.participation,
    certificates.mailed,
    certificates.papers,
    certificates.register,
    addressing.strangers,
    addressing.names,
    addressing.languages,
    addressing.twice,
    wording.language,
    wording.machinery,
    leftovers.queues,
    leftovers.outboxes,
    summary.figures,
    summary.events,
    summary.table,
)


@dataclass(frozen=True, slots=True)
class CheckInput:
    """A rehearsal's output and input folders, its gateway and its broker while they are up.

    `session` is a staff member's bearer token; without one the checker signs in as the coordinator, by the
    link that comes by mail into the output folder. `rungs` are the retry rungs' seconds.
    """

    out: Path
    cohort: Path
    gateway: str
    broker: str
    session: str = ""
    rungs: Sequence[float] = REHEARSAL_RUNGS


async def check(run: CheckInput) -> list[Violation]:
    """Every invariant that is broken, in order; none if all is well.

    Raises `Incomplete`, `NotAMail`, `Refused`, `NoLink` where there is nothing to judge.
    """
    async with httpx2.AsyncClient(base_url=run.gateway, timeout=_TIMEOUT) as http:
        return judge(await gather(run, http))


async def gather(run: CheckInput, http: httpx2.AsyncClient) -> Evidence:
    """Read the files, ask the API, count the queues."""
    cohort = read_cohort(run.cohort)
    folder = await asyncio.to_thread(read_folder, run.out)
    session = run.session or await sign_in(http, cohort.coordinator.email, run.out)
    hashes = {paper.sha256 for paper in folder.papers}
    hashes |= {sha256_of(pdf) for mail in folder.mails for pdf in mail.pdfs}
    told = await ask_everything(Asking(http, session), str(folder.summary["program"]), hashes)
    queues = await count_queues(run.broker, run.rungs)
    full = [name for name, count in queues.items() if count and name.endswith(DEAD)]
    return Evidence(folder, cohort, told, queues, await read_dead(run.broker, full))


def judge(evidence: Evidence) -> list[Violation]:
    """Hold every invariant against what was read."""
    return sorted(violation for invariant in INVARIANTS for violation in invariant(evidence))
