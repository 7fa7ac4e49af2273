"""Who of a program's staff answers a case: coordinators take turns, and somebody else covers."""

from collections.abc import Collection, Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict

from matka_contracts.terms import Role

_IN_TURN = (Role.COORDINATOR, Role.HELPER, Role.ADMINISTRATOR)


class ActingStaff(BaseModel):
    """One person in one role that acts in a program (`*`: in all), as `people` last told.

    `active` is false once the role was taken back.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    program_id: str
    person_id: str
    role: Literal[Role.ADMINISTRATOR, Role.COORDINATOR, Role.HELPER]
    active: bool


class Erased(BaseModel):
    """Somebody who was erased and acts nowhere, whatever role is told of them later; `id` is the person's."""

    id: str


def owner_and_cover(staff: Iterable[ActingStaff], turn: int, without: Collection[str]) -> tuple[str, str]:
    """Who answers the `turn`-th case of a program and who covers; empty where there is nobody.

    Coordinators answer; where there are none helpers do, or else administrators. Whoever else acts covers,
    those of the same role first. `without` are those whom the case is about.
    """
    known = [each for each in staff if each.active and each.person_id not in without]
    ranks = [sorted({each.person_id for each in known if each.role is role}) for role in _IN_TURN]
    first, *others = [rank for rank in ranks if rank] or [[]]
    place = turn % len(first) if first else 0
    in_order = dict.fromkeys(
        [*first[place:], *first[:place], *(person for rank in others for person in rank)]
    )
    owner, cover, *_ = [*in_order, "", ""]
    return owner, cover
