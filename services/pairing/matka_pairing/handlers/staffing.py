"""Which staff act in a program: rows that follow the roles that `people` gives and takes."""

from matka_contracts.event import Envelope
from matka_contracts.people import PersonErased, RoleGranted, RoleRevoked
from matka_contracts.terms import STAFF_WHO_ACT
from matka_kit.auth import EVERYWHERE
from matka_kit.cause import derived_id
from matka_kit.store import OneOf, Query
from matka_pairing.deps import Pairing
from matka_pairing.domain.staffing import ActingStaff


async def on_role_granted(deps: Pairing, event: RoleGranted, envelope: Envelope) -> None:
    """Somebody may act in a program from now on, or in all."""
    await _put(deps, event, envelope, active=True)


async def on_role_revoked(deps: Pairing, event: RoleRevoked, envelope: Envelope) -> None:
    """Somebody may act no longer."""
    await _put(deps, event, envelope, active=False)


async def retire(deps: Pairing, event: PersonErased, envelope: Envelope) -> None:
    """Who is erased acts nowhere: their roles go without a word of their own, and none comes back late."""
    await deps.erased.put(event.person_id, envelope, {})


async def acting_staff(deps: Pairing, program_id: str) -> list[ActingStaff]:
    """Everybody who acts in a program, administrators included."""
    scopes = OneOf((program_id, EVERYWHERE))
    known = await deps.staff.every(Query({"program_id": scopes, "active": True}))
    gone = {each.id for each in await deps.erased.get_many(sorted({each.person_id for each in known}))}
    return [each for each in known if each.person_id not in gone]


async def _put(deps: Pairing, event: RoleGranted | RoleRevoked, envelope: Envelope, *, active: bool) -> None:
    if event.role not in STAFF_WHO_ACT:
        return
    row = {
        "program_id": event.scope,
        "person_id": event.person_id,
        "role": event.role,
        "active": active,
    }
    await deps.staff.put(derived_id("staff", event.scope, event.person_id, event.role), envelope, row)
