"""A rehearsal's input: read whole, or refused with file, place and reason before anything is started."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matka_cli.rehearse.tables import ProgramTable
from matka_contracts.terms import GatheringKind, ProgramModel, Role
from tests.support.cohort_files import PEOPLE, PROGRAM, Files


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


def test_a_folder_is_read_as_it_is_meant(files: Files) -> None:
    cohort = files.read()
    assert [(row.role, row.name, row.path) for row in cohort.rows] == [
        (Role.MENTOR, "Maija Meikäläinen", "training"),
        (Role.MENTEE, "أمل حداد", "none"),
    ]
    assert cohort.csv == PEOPLE
    assert (cohort.program.end, cohort.program.months) == (date(2027, 7, 18), 6)
    assert cohort.opening.astimezone(UTC) == datetime(2026, 11, 23, 7, tzinfo=UTC)


def test_what_is_not_said_is_as_the_rehearsal_promises(files: Files) -> None:
    program = files.read().program
    assert (program.meetings_per_month, program.common_language_level) == ((2, 3), "B1")
    assert program.timezone == "Europe/Helsinki"


def test_a_time_may_end_with_its_minutes_as_toml_1_1_allows(files: Files) -> None:
    [start] = files.with_program("2027-01-20T17:00", "2027-01-20 17:00").read().of_kind(GatheringKind.START)
    assert start.at == datetime(2027, 1, 20, 17)
    [start] = (
        files.with_program("2027-01-20T17:00", "2027-01-20T17:00:00").read().of_kind(GatheringKind.START)
    )
    assert start.at == datetime(2027, 1, 20, 17)


def test_a_byte_order_mark_does_no_harm(files: Files) -> None:
    files.program.write_text("\ufeff" + PROGRAM, "utf-8")
    files.people.write_text("\ufeff" + PEOPLE, "utf-8")
    assert len(files.read().rows) == 2


@pytest.mark.parametrize("name", ["program.toml", "people.csv"])
def test_a_missing_file_is_named_with_what_a_rehearsal_needs(files: Files, name: str) -> None:
    (files.folder / name).unlink()
    assert files.refusal() == f"{name} is missing: a rehearsal needs program.toml and people.csv"


def test_a_folder_that_is_not_there_is_a_missing_file(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.folder = tmp_path / "nowhere"
    files.program = files.folder / "program.toml"
    assert "program.toml is missing" in files.refusal()


def test_a_file_that_cannot_be_read_is_named(files: Files) -> None:
    files.people.unlink()
    files.people.mkdir()
    assert files.refusal() == "people.csv cannot be read: Is a directory"


@pytest.mark.parametrize("name", ["program.toml", "people.csv"])
def test_a_file_that_is_not_utf_8_is_named_with_the_line(files: Files, name: str) -> None:
    path = files.folder / name
    path.write_bytes(path.read_bytes() + "ä\n".encode("latin-1"))
    line = len(path.read_bytes().splitlines())
    assert files.refusal() == f"{name}, line {line}: not UTF-8"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[program]", "[program", "program.toml: not valid TOML: "),
        ("start = 2027-01-18", "start = 2027-02-30", "program.toml: not valid TOML: "),
        ("[program]", "[programme]", "program.toml: unknown tables programme; known are program, staff"),
        ("start = ", "begin = ", "program.toml: program.begin: Extra inputs are not permitted"),
        ("start = ", "begin = ", "program.toml: program.start: Field required"),
        ("hours = 2", 'hours = "two"', "program.toml: gathering.0.hours: Input should be a valid number"),
        ("hours = 2", "hours = 0", "program.toml: gathering.0.hours: Input should be greater than 0"),
        ('"start"', '"party"', "program.toml: gathering.0.kind: Input should be 'mentor-training', "),
        ('"pair-mentoring"', '"speed-dating"', "program.toml: program.model: Input should be "),
        ("17:00\n", "17:00Z\n", "program.toml: gathering.0.at: Input should not have timezone info"),
        ('"aino@example.org"', '"aino"', "program.toml: staff.0.email: not an email address"),
        ('"coordinator"', '"boss"', "program.toml: staff.0.role: Input should be "),
        ('"coordinator"', '"helper"', "program.toml: [[staff]] needs somebody whose role is coordinator"),
        ('"start"', '"theme"', "program.toml: [[gathering]] needs one of kind start and one of kind closing"),
        (
            '"closing"',
            '"theme"',
            "program.toml: [[gathering]] needs one of kind start and one of kind closing",
        ),
        ("2027-07-14", "2027-01-19", "program.toml: [[gathering]] has its closing before its start"),
    ],
)
def test_a_program_that_cannot_be_right_is_told_where_and_why(
    files: Files, before: str, after: str, said: str
) -> None:
    assert said in files.with_program(before, after).refusal()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            'model = "pair-mentoring"',
            'model = "career-mentoring"',
            "program: field-missing: Career mentoring needs the professional field that it is about.",
        ),
        (
            'languages = ["fi", "en"]',
            'languages = ["fi", "sv"]',
            "program: title-missing: A program needs its title in every one of its languages. (languages: sv",
        ),
        (
            "start = 2027-01-18",
            "start = 2027-01-18\nmeetings_per_month = [3, 2]",
            "program: pace-out-of-order: A pair meets at least once a month",
        ),
        ("start = 2027-01-18", 'start = 2027-01-18\ntimezone = "Mars/Phobos"', "program.timezone: no such"),
        ("start = 2027-01-18", 'start = 2027-01-18\ntimezone = "Europe"', "program.timezone: no such"),
        ("start = 2027-01-18", 'start = 2027-01-18\nfield = "nurse"', "program.field: String should match"),
        ("start = 2027-01-18", "start = 2027-01-18\nseats = 20000", "program.seats: Input should be less"),
        ('{ fi = "Startti" }', "{}", "gathering.0.title: Dictionary should have at least 1 item"),
        (
            "2027-01-20",
            "2026-01-20",
            "gathering.0: gathering-outside-program: A gathering lies within half a year before its program",
        ),
        (
            "2027-07-14T17:00",
            "2027-03-28T03:30",
            "gathering.1: no-such-local-time: The clocks skip this local time",
        ),
    ],
)
def test_what_the_services_would_refuse_is_refused_before_they_are_started(
    files: Files, before: str, after: str, said: str
) -> None:
    assert files.with_program(before, after).refusal().startswith(f"program.toml: {said}")


def test_the_same_address_twice_among_staff_is_refused(files: Files) -> None:
    second = '[[staff]]\nname = "A"\nemail = "AINO@example.org"\nrole = "reader"\n\n[[gathering]]'
    said = files.with_program("[[gathering]]", second).refusal()
    assert said == "program.toml: [[staff]] has the same email twice: aino@example.org"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "role,name,email,shoe size\n",
            "people.csv: unknown-columns: The header names columns that the import does not know.",
        ),
        (
            "role,name\n",
            "people.csv: columns-missing: The header lacks columns that the import needs. (columns: email)",
        ),
        ("", "people.csv: csv-unreadable: The text is no CSV with a header line."),
        (
            'role,name,email\nmentor,"Maija,maija@example.org\n',
            "people.csv: csv-unreadable: The text is no CSV with a header line.",
        ),
        (
            "role,name,email\nmentor,Maija,maija@example.org\nmentee,Amal,MAIJA@example.org\n",
            "people.csv: line 3, column email: duplicate of line 2",
        ),
        (
            "role,name,email\nboss,,nobody\n",
            """people.csv: line 2, column email: not an address
people.csv: line 2, column role: not one of the known
people.csv: line 2, column name: missing""",
        ),
        ("role,name,email\nmentor,Maija,maija@example.org,x\n", "people.csv: line 2: too many cells"),
        (
            "role,name,email,languages\nmentor,Maija,maija@example.org,fi:Z9\n",
            "people.csv: line 2, column languages: not one of the known",
        ),
    ],
)
def test_people_who_could_not_be_imported_are_told_by_line_and_column(
    files: Files, text: str, said: str
) -> None:
    assert files.with_people(text).refusal().startswith(said)


def test_a_table_without_people_is_refused(files: Files) -> None:
    said = files.with_people("role,name,email\n").refusal()
    assert said == "people.csv: there is nobody below the header line"


def test_a_header_with_strange_columns_hears_of_them_and_of_the_known(files: Files) -> None:
    said = files.with_people("role,name,email,shoe size,origin\n").refusal()
    assert "(columns: origin, shoe size); known are role, name, email, phone, " in said


def test_twenty_mistakes_are_enough(files: Files) -> None:
    rows = "".join(f"boss,Person,person{number}@example.org\n" for number in range(30))
    said = files.with_people(f"role,name,email\n{rows}").refusal().splitlines()
    assert said[-1] == "people.csv: and 10 more"
    assert len(said) == 21


def a_program(start: date, months: int) -> ProgramTable:
    return ProgramTable(
        name={"fi": "Kevät"}, model=ProgramModel.PAIR_MENTORING, start=start, months=months, languages=["fi"]
    )


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2027, 1, 18), 6, date(2027, 7, 18)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 1, date(2027, 9, 30)),
        (date(2027, 12, 31), 12, date(2028, 12, 31)),
        (date(2027, 12, 1), 1, date(2028, 1, 1)),
        (date(2028, 2, 29), 24, date(2030, 2, 28)),
    ],
)
def test_a_month_that_is_too_short_ends_on_its_last_day(start: date, months: int, end: date) -> None:
    assert a_program(start, months).end == end


@given(st.dates(date(2000, 1, 1), date(2200, 1, 1)), st.integers(1, 24))
def test_every_program_ends_after_it_starts_and_on_its_day_or_before(start: date, months: int) -> None:
    end = a_program(start, months).end
    assert end > start
    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day <= start.day
