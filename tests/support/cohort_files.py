"""A small cohort's folder, to be spoiled in one place at a time."""

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
