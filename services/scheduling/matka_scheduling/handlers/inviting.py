"""Invitations: each person once to each gathering, whichever came first, the gathering or the person."""

import asyncio
from collections.abc import Collection

from matka_contracts.event import Envelope
from matka_contracts.scheduling import GatheringScheduled, ParticipationSealed
from matka_contracts.terms import GatheringKind, Role
from matka_kit.cause import Cause, derived_id
from matka_kit.jobs import Job, Step
from matka_kit.store import OneOf, Query, Scalar
from matka_kit.store.port import Where
from matka_scheduling.deps import Scheduling
from matka_scheduling.domain.gathering import FOR_PAIRS, WITH_INVITATIONS, Gathering
from matka_scheduling.domain.place import Place
from matka_scheduling.handlers.participation import seal_anew

INVITE = "invite"
_BATCH = 50


async def invite_to(
    deps: Scheduling,
    program_id: str,
    kinds: Collection[GatheringKind],
    people: Collection[str],
    cause: Cause,
) -> None:
    """Invite a few people to a program's gatherings of these kinds that lie ahead."""
    where: Where = {"program_id": program_id, "kind": OneOf(tuple(sorted(kinds)))}
    for gathering in await deps.gatherings.every(Query(where)):
        for person_id in people:
            await _invite(deps, gathering, person_id, cause)


async def on_gathering_scheduled(deps: Scheduling, event: GatheringScheduled, envelope: Envelope) -> None:
    """Begin to invite those who are expected already; whoever comes later is invited when they come.

    A closing event stands in the seals as the day on which certificates are handed out.
    """
    if event.kind is GatheringKind.CLOSING:
        await seal_anew(deps, event.program_id, Cause.of_event(envelope))
    if event.kind not in WITH_INVITATIONS:
        return
    job = Job(
        id=derived_id(INVITE, event.gathering_id),
        kind=INVITE,
        scope=event.program_id,
        params={"gathering_id": event.gathering_id},
        touched=deps.clock.machine(),
    )
    await deps.start_once(job, Cause.of_event(envelope))


async def on_participation_sealed(deps: Scheduling, event: ParticipationSealed, envelope: Envelope) -> None:
    """Whoever took part is invited to the closing event, where certificates are handed out."""
    if event.meetings_held or event.gatherings:
        kinds = (GatheringKind.CLOSING,)
        await invite_to(deps, event.program_id, kinds, (event.person_id,), Cause.of_event(envelope))


async def invite_step(deps: Scheduling, job: Job, cause: Cause) -> Step:
    """Invite one batch of those whom a new gathering expects."""
    gathering = await deps.gatherings.get(job.params["gathering_id"])
    people, after = await _expected(deps, gathering, (job.cursor,) if job.cursor else None)
    await asyncio.gather(*(_invite(deps, gathering, person_id, cause) for person_id in people))
    return Step(cursor=str(after[0]) if after else "", done=len(people), finished=after is None)


async def _expected(
    deps: Scheduling, gathering: Gathering, after: tuple[Scalar, ...] | None
) -> tuple[list[str], tuple[Scalar, ...] | None]:
    """One batch of the people whom a gathering expects, and where the next one begins."""
    program = {"program_id": gathering.program_id}
    if gathering.kind in FOR_PAIRS:
        pairs = await deps.pairs.find(Query({**program, "status": "active"}, limit=_BATCH, after=after))
        return [person for pair in pairs.items for person, _ in pair.people], pairs.after
    if gathering.kind is GatheringKind.MENTOR_TRAINING:
        where: Where = {**program, "role": Role.MENTOR.value, "self_study": False}
        members = await deps.members.find(Query(where, limit=_BATCH, after=after))
        return [member.person_id for member in members.items], members.after
    sealed = await deps.participations.find(Query({**program, "is_sealed": True}, limit=_BATCH, after=after))
    return [each.person_id for each in sealed.items if each.took_part], sealed.after


async def _invite(deps: Scheduling, gathering: Gathering, person_id: str, cause: Cause) -> None:
    now = deps.clock.now()
    if gathering.has_begun(now):
        return
    await deps.places.ensure(
        Place.at(gathering, person_id),
        lambda place: place.invite(gathering, now),
        cause.child(INVITE, gathering.id, person_id),
    )
