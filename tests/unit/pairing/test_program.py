"""A program from its opening to its closing: events or the broken rule."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from matka_contracts.pairing import ProgramClosed, ProgramOpened, ProgramStarted
from matka_contracts.terms import Pace, ProgramModel
from matka_pairing.domain.pace import PaceOutOfOrder
from matka_pairing.domain.program import (
    FieldMissing,
    ProgramEndsBeforeItStarts,
    ProgramIsClosed,
    ProgramNotOpen,
    ProgramNotStarted,
    ProgramRules,
    TitleMissing,
)
from tests.support.mothers_pairing import NOON, a_program, a_started_program

ROW: dict[str, Any] = {
    "program_id": "spring",
    "model": ProgramModel.PAIR_MENTORING,
    "title": {"fi": "Kevät", "en": "Spring"},
    "languages": ("fi", "en"),
    "starts_on": date(2027, 1, 18),
    "ends_on": date(2027, 7, 18),
    "timezone": "Europe/Helsinki",
    "pace": Pace(least=2, most=3),
    "training_hours": 6.0,
}


def test_a_program_opens_with_its_whole_row() -> None:
    assert a_program().open() == (ProgramOpened(**ROW),)


@pytest.mark.parametrize("ends_on", [date(2027, 1, 18), date(2026, 7, 18)])
def test_a_program_ends_after_it_starts(ends_on: date) -> None:
    with pytest.raises(ProgramEndsBeforeItStarts) as broken:
        a_program(ends_on=ends_on).open()
    assert broken.value.params == {"starts_on": "2027-01-18", "ends_on": str(ends_on)}


@pytest.mark.parametrize("english", ["", "  "])
def test_a_program_has_a_title_in_each_of_its_languages(english: str) -> None:
    with pytest.raises(TitleMissing) as broken:
        a_program(title={"fi": "Kevät", "en": english}, languages=("fi", "sv", "en")).open()
    assert broken.value.params == {"languages": ["sv", "en"]}


def test_career_mentoring_is_about_a_field() -> None:
    model = ProgramModel.CAREER_MENTORING
    with pytest.raises(FieldMissing):
        a_program(model=model).open()
    assert a_program(model=model, field="2221").open()


@pytest.mark.parametrize("pace", [Pace(least=0, most=2), Pace(least=3, most=2), Pace(least=1, most=32)])
def test_a_program_has_a_pace_that_can_be_kept(pace: Pace) -> None:
    with pytest.raises(PaceOutOfOrder):
        a_program(rules=ProgramRules(pace=pace)).open()


def test_a_program_starts_once() -> None:
    program = a_program()
    assert program.start() == (ProgramStarted(**ROW),)
    assert program.start() == ()
    with pytest.raises(ProgramNotOpen):
        program.require_open()


def test_a_program_closes_once_and_after_it_started() -> None:
    program = a_program()
    with pytest.raises(ProgramNotStarted):
        program.close(NOON)
    program.start()
    assert program.close(NOON) == (ProgramClosed(**ROW, closed_at=NOON),)
    assert program.close(NOON) == ()
    with pytest.raises(ProgramNotOpen):
        program.start()


def test_nothing_changes_in_a_closed_program() -> None:
    program = a_started_program()
    program.require_running()
    program.close(NOON)
    with pytest.raises(ProgramIsClosed):
        program.require_running()


@pytest.mark.parametrize("rules", [{"seat": 5}, {"seats": "5"}, {"seats": 0}, {"training_hours": -1}])
def test_rules_are_the_known_ones_within_reason(rules: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ProgramRules.model_validate(rules)
