"""What a table of people may hold, column by column, and what is said of a mistake in one of its rows."""

import csv
import io
import re
from collections.abc import Mapping, Sequence

from matka_contracts.terms import Cefr
from matka_gateway.forms.application import AVAILABILITY, FORMS, PATHS, TOPICS
from matka_gateway.languages import Language

# In the order in which people write them; the names are those of the header line.
COLUMNS: Mapping[str, str] = {
    "role": "mentor or mentee",
    "name": "The whole name, in any script",
    "email": "An address of their own; nobody else on the list may have it",
    "phone": "A phone number, such as +358 40 123 4567",
    "language": "The language of mail and pages: fi, sv, en or fi-simple",
    "languages": "Languages with their levels, such as fi:B1;ar:C2",
    "field": "The professional field as ISCO-08 code, such as 2221",
    "municipality": "Where they live",
    "forms": "How they can meet: in-person;video;phone",
    "availability": "When they can meet: weekday-days;weekday-evenings;weekends",
    "needs": "Mentees: cv;application;culture;labour-market;network;language;recognition",
    "offers": "Mentors: the same words, for what they can help with",
    "capacity": "Mentors: how many mentees they can meet",
    "goals": "What they hope for, in their own words",
    "training": "Mentors: training, self-study or none",
}
NEEDED = ("role", "name", "email")

PROBLEMS: Mapping[str, str] = {
    "missing": "This is missing.",
    "too-long": "This is too long.",
    "not-one-of-the-known": "This is none of the words that can stand here.",
    "not-valid": "This cannot be right.",
    "not-a-name": "This is not a name.",
    "not-an-address": "This is not an email address.",
    "not-a-number": "This is not a number.",
    "too-many-cells": "This row has more cells than the header line. Put quotes round texts with separators.",
    "repeated": "This column is there twice.",
}
# The words that can stand in a column; several are separated by semicolons.
WORDS: Mapping[str, tuple[str, ...]] = {
    "role": ("mentor", "mentee"),
    "language": ("fi", "sv", "en", "fi-simple"),
    "languages": tuple(f"fi:{level}" for level in Cefr),
    "forms": FORMS,
    "availability": AVAILABILITY,
    "needs": TOPICS,
    "offers": TOPICS,
    "training": PATHS,
}
# Nobody: a row that shows how each column is filled.
EXAMPLE: Mapping[str, str] = {
    "role": "mentee",
    "name": "Maija Esimerkki",
    "email": "maija.esimerkki@example.org",
    "phone": "+358 40 123 4567",
    "language": "fi",
    "languages": "fi:B1;ar:C2",
    "field": "2221",
    "municipality": "Tampere",
    "forms": "in-person;video",
    "availability": "weekday-evenings",
    "needs": "cv;network",
}
_TWICE = re.compile(r"duplicate-of-line-(\d+)")


def template() -> bytes:
    """A table to begin with: the header line and an example, as spreadsheets in Finland read it."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerows([[*COLUMNS], [EXAMPLE.get(column, "") for column in COLUMNS]])
    return text.getvalue().encode("utf-8-sig")


def say_problems(language: Language, problems: Sequence[object]) -> list[str]:
    """Each mistake of an import as a sentence: in which row and column, and what is wrong."""
    return [_sentence(language, str(each)) for each in problems]


def _sentence(language: Language, problem: str) -> str:
    row, _, rest = problem.partition(":")
    column, _, what = rest.partition(":")
    if twice := _TWICE.fullmatch(what):
        first = language.number(int(twice[1]))
        text = language.say("The same address stands in row {row} already.", row=first)
    else:
        text = language.say(PROBLEMS.get(what, PROBLEMS["not-valid"]))
    if what in {"not-one-of-the-known", "not-valid"} and column in WORDS:
        allowed = language.say("It can be: {words}.", words=", ".join(WORDS[column]))
        text = f"{text} {allowed}"
    number = language.number(int(row)) if row.isdecimal() else row
    if column not in COLUMNS:
        return language.say("Row {row}: {problem}", row=number, problem=text)
    return language.say("Row {row}, {column}: {problem}", row=number, column=column, problem=text)
