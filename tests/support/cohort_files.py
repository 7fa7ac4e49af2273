"""A small cohort's folder, to be spoiled in one place at a time."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from matka_cli.rehearse.cohort import BadCohort, Cohort, read_cohort

PROGRAM = """
[program]
name = { fi = "Kevät", en = "Spring" }
model = "pair-mentoring"
start = 2027-01-18
languages = ["fi", "en"]

[[staff]]
name = "Aino Aalto"
email = "aino@example.org"
role = "coordinator"

[[gathering]]
kind = "start"
title = { fi = "Startti" }
at = 2027-01-20T17:00
hours = 2

[[gathering]]
kind = "closing"
title = { fi = "Päätös" }
at = 2027-07-14T17:00
hours = 2
"""
PEOPLE = """role,name,email,languages,training
mentor,Maija Meikäläinen,maija@example.org,fi:C2,training
mentee,أمل حداد,amal@example.org,fi:B1;ar:C2,
"""


class Files:
    """The two files of a cohort in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.program = folder / "program.toml"
        self.people = folder / "people.csv"
        self.program.write_text(PROGRAM, "utf-8")
        self.people.write_text(PEOPLE, "utf-8")

    def with_program(self, before: str, after: str) -> "Files":
        """The program with one piece of its text replaced."""
        assert before in PROGRAM
        self.program.write_text(PROGRAM.replace(before, after, 1), "utf-8")
        return self

    def with_people(self, text: str) -> "Files":
        self.people.write_text(text, "utf-8")
        return self

    def read(self) -> Cohort:
        return read_cohort(self.folder)

    def refusal(self) -> str:
        """What is said of the folder; it names one of the two files first."""
        with pytest.raises(BadCohort) as refused:
            self.read()
        said = str(refused.value)
        assert said.startswith((str(self.program), str(self.people)))
        return said.replace(f"{self.folder}/", "")


COLUMNS = (
    "role",
    "name",
    "email",
    "language",
    "languages",
    "field",
    "needs",
    "offers",
    "capacity",
    "goals",
    "training",
)
STAFF = """
[[staff]]
name = "Aino Aalto"
email = "aino@staff.example"
role = "coordinator"
language = "fi"
"""


@dataclass(frozen=True)
class Planned:
    """A gathering of a cohort that is written for a test."""

    kind: str
    at: str
    title: str = "Tilaisuus"
    seats: int = 50


_FIELDS = ("2512", "2221", "5120")
TWO_MONTHS = (
    Planned("mentor-training", "2027-02-13T10:00"),
    Planned("start", "2027-03-03T17:00"),
    Planned("theme", "2027-03-31T17:00"),
    Planned("closing", "2027-04-28T17:00"),
)


def write_cohort(
    folder: Path,
    people: Sequence[Mapping[str, str]],
    program: Mapping[str, object] | None = None,
    gatherings: Sequence[Planned] = TWO_MONTHS,
) -> Path:
    """A folder to rehearse: two months from March 2027, unless the program says otherwise."""
    folder.mkdir(parents=True, exist_ok=True)
    table = {
        "name": {"fi": "Matkalla", "sv": "På väg", "en": "On the way"},
        "model": "pair-mentoring",
        "start": "2027-03-01",
        "months": 2,
        "languages": ["fi", "sv", "en"],
        **(program or {}),
    }
    lines = ["[program]", *(f"{key} = {_toml(key, value)}" for key, value in table.items()), STAFF]
    for each in gatherings:
        title = {"fi": each.title, "en": each.title}
        lines += ["[[gathering]]", f'kind = "{each.kind}"', f"title = {_toml('title', title)}"]
        lines += [f"at = {each.at}", "hours = 2", 'place = "Silta"', f"seats = {each.seats}", ""]
    (folder / "program.toml").write_text("\n".join(lines), "utf-8")
    with (folder / "people.csv").open("w", encoding="utf-8", newline="") as file:
        table_of_people = csv.DictWriter(file, COLUMNS)
        table_of_people.writeheader()
        table_of_people.writerows(people)
    return folder


def a_mentor(email: str, languages: str = "fi:C2", **more: str) -> dict[str, str]:
    """A row of somebody who takes the mentor training."""
    known = {"role": "mentor", "name": f"Mentor {email}", "email": f"{email}@mentors.example"}
    return {"language": "fi", "languages": languages, "training": "training", **known, **more}


def a_mentee(email: str, languages: str = "fi:B1", **more: str) -> dict[str, str]:
    """A row of somebody who looks for a mentor."""
    known = {"role": "mentee", "name": f"Mentee {email}", "email": f"{email}@mentees.example"}
    return {"language": "fi", "languages": languages, **known, **more}


def seven(folder: Path) -> Path:
    """Enough for every special part: one pair declines, one ends, one slips."""
    mentors = [a_mentor(f"mentor{n}", field=_FIELDS[n % 3], offers="cv;network") for n in range(8)]
    students = [
        a_mentor(f"student{n}", training="self-study", field="2221", offers="culture") for n in range(2)
    ]
    mentees = [
        a_mentee(f"mentee{n}", field=_FIELDS[n % 3], needs="cv", language=language)
        for n, language in enumerate(("fi", "sv", "en", "fi-simple", "fi", "en", "sv", "fi", "en", "fi"))
    ]
    return write_cohort(folder, [*mentors, *students, *mentees])


def one_pair(folder: Path) -> Path:
    """The smallest cohort that there can be."""
    return write_cohort(folder, [a_mentor("maija"), a_mentee("amal")])


def _toml(key: str, value: object) -> str:
    """A value as TOML writes it; of text, what JSON escapes, TOML escapes too."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_toml(name, text)}" for name, text in value.items()) + " }"
    return str(value) if key == "start" else json.dumps(value, ensure_ascii=False)
