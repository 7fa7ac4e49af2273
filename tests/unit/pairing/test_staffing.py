"""Who answers and who covers: coordinators in turn, and always somebody else beside them if there is one."""

import pytest

from matka_contracts.terms import STAFF_WHO_ACT, Role
from matka_pairing.domain.staffing import ActingStaff, owner_and_cover
from tests.support.mothers_pairing import an_acting

HELI = an_acting("heli", Role.HELPER)
ROOT = an_acting("root", Role.ADMINISTRATOR, program_id="*")


def test_coordinators_take_turns_and_cover_each_other() -> None:
    staff = [an_acting("saara"), an_acting("sari"), HELI, ROOT]
    turns = [owner_and_cover(staff, turn, without=()) for turn in range(3)]
    assert turns == [("saara", "sari"), ("sari", "saara"), ("saara", "sari")]


@pytest.mark.parametrize(
    ("staff", "expected"),
    [
        ([], ("", "")),
        ([an_acting("sari")], ("sari", "")),
        ([an_acting("sari"), HELI, ROOT], ("sari", "heli")),
        ([an_acting("sari"), ROOT], ("sari", "root")),
        ([HELI, ROOT], ("heli", "root")),
        ([ROOT], ("root", "")),
        ([an_acting("sari", active=False), HELI], ("heli", "")),
        ([an_acting("sari"), an_acting("sari", Role.HELPER)], ("sari", "")),
    ],
)
def test_whoever_acts_answers_and_somebody_else_covers(
    staff: list[ActingStaff], expected: tuple[str, str]
) -> None:
    assert owner_and_cover(staff, 4, without=()) == expected


def test_nobody_answers_a_case_about_their_own_pair() -> None:
    staff = [an_acting("saara"), an_acting("sari"), HELI]
    assert owner_and_cover(staff, 0, without={"saara"}) == ("sari", "heli")


@pytest.mark.parametrize("role", STAFF_WHO_ACT)
def test_every_role_that_acts_can_answer(role: Role) -> None:
    assert owner_and_cover([an_acting("somebody", role)], 0, without=()) == ("somebody", "")
