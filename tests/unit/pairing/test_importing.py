"""Reading `people.csv`: every mistake named by row and column, nothing half taken in."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matka_contracts.terms import Cefr, MeetingForm, Role
from matka_kit.errors import InvalidInput
from matka_pairing.importing import (
    COLUMNS,
    ColumnsMissing,
    CsvUnreadable,
    RowsInvalid,
    TooManyRows,
    UnknownColumns,
    read_people,
)
from tests.support.mothers_pairing import a_csv

MENTOR = "mentor,Maija Meikäläinen,maija@example.org"


def problems(text: str) -> list[str]:
    with pytest.raises(RowsInvalid) as refused:
        read_people(text)
    found = refused.value.params["problems"]
    assert isinstance(found, list)
    return found


def one_problem(column: str, value: str) -> list[str]:
    """What is wrong with a mentor who has this value in this column."""
    return problems(a_csv(f"{MENTOR},{value}", header=f"role,name,email,{column}"))


def test_a_whole_row_is_read() -> None:
    header = ",".join(COLUMNS)
    cells = {
        "role": "mentee",
        "name": '"أمل, حداد"',
        "email": "amal@example.org",
        "phone": "+358 40 123",
        "language": "en",
        "training": "",
        "languages": "fi:b2; AR ;so:C1",
        "field": "2221; 23",
        "municipality": "Tampere",
        "forms": "in-person;video",
        "availability": "weekday-evenings;weekends",
        "needs": "cv;network",
        "offers": "",
        "capacity": "",
        "goals": '"Työ,\n""oma"" ala"',
    }
    [row] = read_people(f"{header}\n{','.join(cells[column] for column in COLUMNS)}\n")
    assert (row.role, row.name, row.email, row.phone) == (
        Role.MENTEE,
        "أمل, حداد",
        "amal@example.org",
        "+358 40 123",
    )
    assert (row.language, row.path) == ("en", "none")
    profile = row.profile
    assert profile.languages == {"fi": Cefr.B2, "ar": Cefr.C2, "so": Cefr.C1}
    assert (profile.field, profile.municipality) == (("2221", "23"), "Tampere")
    assert profile.forms == (MeetingForm.IN_PERSON, MeetingForm.VIDEO)
    assert profile.availability == ("weekday-evenings", "weekends")
    assert (profile.needs, profile.offers, profile.capacity) == (("cv", "network"), (), 1)
    assert profile.goals == 'Työ,\n"oma" ala'


def test_what_is_empty_is_unknown_and_spaces_do_not_matter() -> None:
    [row] = read_people(
        a_csv(" mentor ,  Maija , maija@example.org ,,", header=" Role,NAME ,email,phone,goals")
    )
    assert (row.name, row.phone, row.language, row.path) == ("Maija", "", "fi", "none")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_tables_of_any_office_program_are_read(end: str, delimiter: str, mark: str) -> None:
    text = a_csv(MENTOR, "", "mentee,Amal,amal@example.org").replace(",", delimiter).replace("\n", end)
    assert [row.role for row in read_people(mark + text)] == [Role.MENTOR, Role.MENTEE]


def test_a_semicolon_between_columns_leaves_room_for_lists_in_quotes() -> None:
    header = "role;name;email;languages"
    [row] = read_people(f'{header}\nmentor;Maija;maija@example.org;"fi:C2;en:B2"\n')
    assert row.profile.languages == {"fi": Cefr.C2, "en": Cefr.B2}


def test_a_header_alone_is_nobody() -> None:
    assert read_people(a_csv()) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "\ufeff",
        ",,,\n",
        "role,name,email\nmentor,Mai\x00ja,maija@example.org\n",
        'role,name,email\nmentor,"Maija,maija@example.org\nmentee,Amal,amal@example.org\n',
        'role,name,email\nmentor,"Mai"ja,maija@example.org\n',
        'role,"name,email\n',
        "role,name,email\nmentor,Maija," + "x" * 200_000 + "\n",
    ],
)
def test_what_is_no_table_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(CsvUnreadable):
        read_people(text)


def test_unknown_columns_are_refused_by_name() -> None:
    with pytest.raises(UnknownColumns) as refused:
        read_people(a_csv(MENTOR, header="role,name,email,shoe size,Origin"))
    assert refused.value.params == {"columns": ["origin", "shoe size"]}


def test_missing_columns_are_named() -> None:
    with pytest.raises(ColumnsMissing) as refused:
        read_people(a_csv(header="name"))
    assert refused.value.params == {"columns": ["role", "email"]}


def test_a_column_that_is_there_twice_is_refused() -> None:
    assert problems(a_csv(header="role,name,email,Email")) == ["1:email:repeated"]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("manager,Maija,maija@example.org", "role:not-one-of-the-known"),
        ("administrator,Maija,maija@example.org", "role:not-one-of-the-known"),
        (",Maija,maija@example.org", "role:missing"),
        ("mentor,,maija@example.org", "name:missing"),
        ("mentor,Maija,", "email:missing"),
        ("mentor,Maija", "email:missing"),
        ("mentor,\u200d\u202e,maija@example.org", "name:not-a-name"),
        ("mentor,Maija,nobody", "email:not-an-address"),
        ("mentor,Maija,a@b@example.org", "email:not-an-address"),
        ("mentor,Maija,maija@localhost", "email:not-an-address"),
        ("mentor,Maija,maija..m@example.org", "email:not-an-address"),
        ("mentor,Maija,mäija@example.org", "email:not-an-address"),
        ("mentor,Maija,maija@-example.org", "email:not-an-address"),
        ("mentor,Maija,maija@example..org", "email:not-an-address"),
        ("mentor,Maija,maija@example.org,x", "*:too-many-cells"),
    ],
)
def test_a_row_that_cannot_be_right_is_named_by_its_line_and_column(row: str, problem: str) -> None:
    assert problems(a_csv("mentee,Amal,amal@example.org", row)) == [f"3:{problem}"]


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("language", "suomi", "language:not-valid"),
        ("languages", "suomi:B1", "languages:not-valid"),
        ("languages", "fi:B7", "languages:not-one-of-the-known"),
        ("field", "nurse", "field:not-valid"),
        ("forms", "pigeon", "forms:not-one-of-the-known"),
        ("availability", "never", "availability:not-one-of-the-known"),
        ("needs", "money", "needs:not-one-of-the-known"),
        ("offers", "money", "offers:not-one-of-the-known"),
        ("capacity", "two", "capacity:not-a-number"),
        ("capacity", "0", "capacity:not-valid"),
        ("capacity", "21", "capacity:not-valid"),
        ("training", "university", "training:not-one-of-the-known"),
        ("phone", "call me", "phone:not-a-number"),
        ("municipality", "x" * 101, "municipality:too-long"),
        ("goals", "x" * 5001, "goals:too-long"),
    ],
)
def test_a_value_that_cannot_be_right_is_named_without_being_repeated(
    column: str, value: str, problem: str
) -> None:
    assert one_problem(column, value) == [f"2:{problem}"]


def test_a_name_has_at_most_three_hundred_characters() -> None:
    assert problems(a_csv(f"mentor,{'x' * 301},maija@example.org")) == [
        "2:name:not-a-name",
        "2:name:too-long",
    ]
    assert read_people(a_csv(f"mentor,{'x' * 300},maija@example.org"))


def test_all_mistakes_of_a_table_are_told_at_once() -> None:
    text = a_csv("boss,,nobody", "mentor,Maija,maija@example.org", "mentee,Amal,nobody")
    assert problems(text) == [
        "2:email:not-an-address",
        "2:role:not-one-of-the-known",
        "2:name:missing",
        "4:email:not-an-address",
    ]


def test_the_first_fifty_mistakes_are_enough() -> None:
    with pytest.raises(RowsInvalid) as refused:
        read_people(a_csv(*["boss,Maija,maija@example.org"] * 60))
    assert refused.value.params["count"] == 60
    assert len(refused.value.params["problems"]) == 50  # type: ignore[arg-type]  # a list


def test_one_address_is_one_person_whatever_its_case() -> None:
    text = a_csv(MENTOR, "", "mentee,Amal,amal@example.org", "mentee,Maija,MAIJA@example.org")
    assert problems(text) == ["5:email:duplicate-of-line-2"]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = a_csv(
        'mentor,Maija,maija@example.org,"one\ntwo\nthree"',
        "boss,A,a@example.org,",
        header="role,name,email,goals",
    )
    assert problems(text) == ["5:role:not-one-of-the-known"]


def test_ten_thousand_rows_are_read_and_no_more() -> None:
    rows = [f"mentee,Person {number},person{number}@example.org" for number in range(10_000)]
    began = time.monotonic()
    assert len(read_people(a_csv(*rows))) == 10_000
    assert time.monotonic() - began < 10
    for one_more in ("mentee,One More,one@example.org", "wrong"):
        with pytest.raises(TooManyRows) as refused:
            read_people(a_csv(*rows, one_more))
        assert refused.value.params == {"most": 10_000}


@given(st.text(max_size=300) | st.text('role,name;email\n"\r\t\\x', max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    for whole in (text, f"role,name,email\n{text}"):
        try:
            rows: list[Any] = read_people(whole)
        except InvalidInput:
            continue
        assert all(row.email for row in rows)


def test_what_is_too_short_to_be_right_is_not_called_missing_too() -> None:
    with pytest.raises(RowsInvalid) as refused:
        read_people("role,name,email\nmentee,Amal,X\n")
    assert refused.value.params["problems"] == ["2:email:not-an-address"]
