"""Who may see and do what in a program."""

from typing import Annotated

from fastapi import Depends

from matka_contracts.terms import PARTICIPANTS, STAFF, STAFF_WHO_ACT, Role
from matka_kit.auth import Caller
from matka_kit.errors import Forbidden, NotFound
from matka_kit.http import service_of
from matka_pairing.deps import Pairing
from matka_pairing.domain.application import Application
from matka_pairing.domain.case import Case
from matka_pairing.domain.pair import Pair

PairingOf = Annotated[Pairing, Depends(service_of)]


def require_reader(caller: Caller, program_id: str, kind: str = "programs") -> None:
    """Staff of the program; others do not even learn that there is such a thing of this kind."""
    if not caller.has(STAFF, program_id):
        raise NotFound(kind=kind)


def require_actor(caller: Caller, program_id: str, kind: str = "programs") -> None:
    """Staff who may act. Raises `NotFound` for strangers, `Forbidden` for staff who only read."""
    require_reader(caller, program_id, kind)
    caller.require(STAFF_WHO_ACT, program_id)


def require_coordinator(caller: Caller, program_id: str, kind: str = "programs") -> None:
    """Those who answer for the program as a whole."""
    require_reader(caller, program_id, kind)
    caller.require((Role.ADMINISTRATOR, Role.COORDINATOR), program_id)


def require_insider(caller: Caller, program_id: str) -> None:
    """Staff or participants of the program."""
    if not caller.has((*STAFF, *PARTICIPANTS), program_id):
        raise NotFound(kind="programs")


async def application_for(deps: Pairing, caller: Caller, application_id: str) -> Application:
    """An application that the caller may decide about."""
    application = await deps.applications.get(application_id)
    require_actor(caller, application.program_id, "applications")
    return application


async def case_for(deps: Pairing, caller: Caller, case_id: str) -> Case:
    """A case that the caller may see: who opened it, and staff of its program but for the pair itself."""
    case = await deps.cases.get(case_id)
    if caller.service:
        raise NotFound(kind="cases")
    if caller.subject != case.opened_by:
        require_reader(caller, case.program_id, "cases")
        if caller.subject in case.members:
            raise NotFound(kind="cases")
    return case


async def case_to_answer(deps: Pairing, caller: Caller, case_id: str) -> Case:
    """A case that the caller may do something about: nobody answers for their own pair."""
    case = await case_for(deps, caller, case_id)
    require_actor(caller, case.program_id, "cases")
    if caller.subject in case.members:
        raise Forbidden
    return case


async def own_pair(deps: Pairing, caller: Caller, pair_id: str) -> Pair:
    """A pair that the caller is one half of."""
    pair = await deps.pairs.get(pair_id)
    if caller.service or caller.subject not in {pair.mentor_id, pair.mentee_id}:
        raise NotFound(kind="pairs")
    return pair
