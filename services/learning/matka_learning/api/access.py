"""Who may see or do what in learning; what somebody may not know of is not there."""

from typing import Annotated

from fastapi import Depends

from matka_contracts.terms import STAFF
from matka_kit.auth import Caller
from matka_kit.errors import Forbidden, NotFound
from matka_kit.http import service_of
from matka_learning.deps import Learning
from matka_learning.domain.known import KnownPair

LearningDeps = Annotated[Learning, Depends(service_of)]


async def visible_pair(deps: Learning, caller: Caller, id: str) -> KnownPair:
    """The caller's own pair or one of a program whose staff they are. Raises `NotFound`."""
    pair = await deps.pairs.get(id)
    if pair is None or not (pair.includes(caller.subject) or caller.has(STAFF, pair.program_id)):
        raise NotFound(kind="pairs")
    return pair


async def mentored_pair(deps: Learning, caller: Caller, id: str) -> KnownPair:
    """A pair whose mentor the caller is. Raises `NotFound`, and `Forbidden` for whoever may only see it."""
    pair = await visible_pair(deps, caller, id)
    if pair.mentor_id != caller.subject:
        raise Forbidden
    return pair
