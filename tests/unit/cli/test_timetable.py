"""The timetable of a program: in order, with time to answer before the start meeting."""

from datetime import date
from pathlib import Path

import pytest

from matka_cli.rehearse.timetable import Timetable, timetable
from tests.support.cohort_files import Files

TRAINING = """
[[gathering]]
kind = "mentor-training"
title = { fi = "Koulutus" }
at = %sT10:00
hours = 6
"""


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def times(files: Files, training: str = "") -> Timetable:
    if training:
        text = files.program.read_text("utf-8")
        files.program.write_text(text + TRAINING % training, "utf-8")
    return timetable(files.read())


def test_the_scenes_follow_each_other(files: Files) -> None:
    found = times(files, "2027-01-09")
    scenes = [
        found.opening,
        found.decisions,
        found.study,
        found.contacts,
        found.late_contact,
        found.matching,
        found.start,
        found.agreements,
        found.months,
        found.sealing,
        found.late_correction,
        found.closing,
    ]
    assert scenes == sorted(scenes)
    assert found.months.date() < found.last_meeting < found.sealing.date()


def test_matching_waits_two_days_for_those_who_are_trained(files: Files) -> None:
    assert times(files, "2027-01-09").matching.isoformat() == "2027-01-11T10:00:00+02:00"


def test_a_training_late_before_the_start_meeting_leaves_less_time(files: Files) -> None:
    """Attendance is recorded at ten on the next day: two hours later everybody is matched."""
    assert times(files, "2027-01-16").matching.isoformat() == "2027-01-17T12:00:00+02:00"


def test_a_training_after_the_start_meeting_is_not_waited_for(files: Files) -> None:
    assert times(files, "2027-03-06").matching.isoformat() == "2027-01-06T10:00:00+02:00"


def test_without_a_training_matching_is_two_weeks_before_the_start_meeting(files: Files) -> None:
    assert times(files).matching.isoformat() == "2027-01-06T10:00:00+02:00"


def test_a_talk_that_comes_late_comes_on_the_last_day_before_matching(files: Files) -> None:
    assert times(files, "2027-01-09").late_contact.isoformat() == "2027-01-10T15:00:00+02:00"


def test_shares_of_the_months_are_days_between_first_and_last(files: Files) -> None:
    found = times(files)
    assert (found.day(0), found.day(1)) == (found.first_day, found.last_meeting)
    assert found.first_day == date(2027, 1, 22)
    assert found.last_meeting == date(2027, 6, 29)


def test_the_program_closes_when_both_its_time_and_the_closing_event_are_over(files: Files) -> None:
    assert times(files).closing.isoformat() == "2027-07-18T12:00:00+03:00"
