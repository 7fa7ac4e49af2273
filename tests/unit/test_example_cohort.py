"""The demo's cohort: big enough, legal in every cell, all scripts there, and all but a few can be matched."""

import csv
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from matka_pairing.domain.matching import propose
from matka_pairing.domain.matching_inputs import LEVELS, Candidate, MatchingInputs, MatchingRules

COHORT = Path(__file__).parents[2] / "examples" / "cohort"
COLUMNS = [
    "role",
    "name",
    "email",
    "phone",
    "language",
    "languages",
    "field",
    "municipality",
    "forms",
    "availability",
    "needs",
    "offers",
    "capacity",
    "goals",
    "training",
]
FORMS = {"in-person", "video", "phone"}
TIMES = {"weekday-days", "weekday-evenings", "weekends"}
NEEDS = {"cv", "application", "culture", "labour-market", "network", "language", "recognition"}
KINDS = {
    "mentor-training",
    "coaching-training",
    "start",
    "theme",
    "gathering",
    "special",
    "peer-circle",
    "closing",
}


def program() -> dict[str, Any]:
    return tomllib.loads((COHORT / "program.toml").read_text(encoding="utf-8"))


def people(role: str = "") -> list[dict[str, str]]:
    with (COHORT / "people.csv").open(encoding="utf-8", newline="") as source:
        reader = csv.DictReader(source, strict=True)
        assert reader.fieldnames == COLUMNS
        return [row for row in reader if role in ("", row["role"])]


def several(cell: str) -> list[str]:
    return [part for part in cell.split(";") if part]


def spoken(row: dict[str, str]) -> dict[str, str]:
    return {code: level for code, _, level in (part.partition(":") for part in several(row["languages"]))}


def scripts_of(names: Iterable[str]) -> set[str]:
    return {unicodedata.name(letter).split()[0] for name in names for letter in name if letter.isalpha()}


def candidate(row: dict[str, str]) -> Candidate:
    facts = {key: several(row[key]) for key in ("field", "forms", "availability", "needs", "offers")}
    return Candidate.model_validate(
        {
            "person_id": row["email"],
            "role": row["role"],
            "languages": spoken(row),
            "municipality": row["municipality"],
            "capacity": int(row["capacity"] or 1),
            "ready": row["training"] != "none",
            **facts,
        }
    )


def test_the_cohort_is_as_big_as_promised() -> None:
    assert len(people("mentor")) >= 40
    assert len(people("mentee")) >= 44
    assert len(people()) == len(people("mentor")) + len(people("mentee"))
    assert len(people("mentee")) <= program()["program"]["seats"]


def test_every_address_is_invented_and_used_once() -> None:
    addresses = [row["email"] for row in people()] + [one["email"] for one in program()["staff"]]
    assert [address for address, times in Counter(addresses).items() if times > 1] == []
    assert all(re.fullmatch(r"[a-z0-9.-]+@([a-z]+\.example|example\.org)", address) for address in addresses)


def test_every_cell_is_legal() -> None:
    for row in people():
        assert row["name"].strip() == row["name"] != ""
        assert row["language"] in {"fi", "fi-simple", "sv", "en"}
        assert all(re.fullmatch(r"[a-z]{2,3}", code) for code in spoken(row)), row
        assert set(spoken(row).values()) <= set(LEVELS)
        assert all(re.fullmatch(r"[0-9]{1,4}", code) for code in several(row["field"]))
        assert set(several(row["forms"])) <= FORMS
        assert set(several(row["availability"])) <= TIMES
        assert set(several(row["needs"])) | set(several(row["offers"])) <= NEEDS
        assert re.fullmatch(r"(\+358 40 000 [0-9]{4})?", row["phone"])


def test_what_belongs_to_one_role_stands_with_that_role_only() -> None:
    for row in people("mentor"):
        assert row["needs"] == ""
        assert row["training"] in {"training", "self-study", "none"}
        assert row["capacity"] in {"1", "2"}
    for row in people("mentee"):
        assert (row["offers"], row["capacity"], row["training"]) == ("", "", "")


def test_both_doors_are_used_and_exactly_one_mentor_passed_neither() -> None:
    doors = Counter(row["training"] for row in people("mentor"))
    assert doors["none"] == 1
    assert doors["self-study"] >= 5
    assert doors["training"] >= 20
    assert 3 <= Counter(row["capacity"] for row in people("mentor"))["2"] <= 8


def test_people_read_their_mail_in_three_languages_and_mentees_in_plain_finnish_too() -> None:
    assert {row["language"] for row in people("mentor")} == {"fi", "sv", "en"}
    assert {row["language"] for row in people("mentee")} == {"fi", "fi-simple", "sv", "en"}


def test_names_come_in_many_scripts_and_shapes() -> None:
    names = [row["name"] for row in people("mentee")]
    assert {
        "ARABIC",
        "CYRILLIC",
        "LATIN",
        "ETHIOPIC",
        "CJK",
        "THAI",
        "BENGALI",
        "DEVANAGARI",
        "HEBREW",
    } <= scripts_of(names)
    assert any(" " not in name for name in names)
    assert any(110 <= len(name) <= 130 for name in names)
    assert any("’" in name for name in names)
    assert any("\u200c" in name for name in names)
    everybody = " ".join(row["name"] for row in people())
    for part in ("van der", "d’", "O’", "af ", " dos ", "ễ", "Ş", "ö"):
        assert part in everybody


def test_goals_are_told_in_several_languages() -> None:
    goals = [row["goals"] for row in people("mentee") if row["goals"]]
    assert len(goals) >= 20
    assert {"ARABIC", "CYRILLIC", "ETHIOPIC", "CJK", "LATIN", "THAI"} <= scripts_of(goals)


def test_all_but_a_few_mentees_can_be_matched() -> None:
    rules = MatchingRules.for_model(
        program()["program"]["model"], program()["program"]["common_language_level"]
    )
    inputs = MatchingInputs(candidates=tuple(candidate(row) for row in people()), rules=rules)
    proposal = propose(inputs)
    alone = [one for one in proposal.unmatched if one.role == "mentee"]
    assert 1 <= len(alone) <= 4
    assert "no-common-language" in {reason.code for one in alone for reason in one.reasons}
    assert proposal.total / len(proposal.lines) > 75


def test_a_scarce_language_pair_depends_on_one_mentor() -> None:
    mentors = [spoken(row) for row in people("mentor") if row["training"] != "none"]
    common = {"B1", "B2", "C1", "C2"}
    reach = [
        sum(
            any(level in common and mentor.get(code) in common for code, level in spoken(row).items())
            for mentor in mentors
        )
        for row in people("mentee")
    ]
    assert 0 in reach
    assert 1 in reach


def test_the_program_runs_for_six_months_with_all_its_gatherings() -> None:
    plan, gatherings = program()["program"], program()["gathering"]
    assert (plan["model"], plan["start"], plan["months"]) == ("pair-mentoring", date(2027, 1, 18), 6)
    assert plan["meetings_per_month"] == [2, 3]
    assert plan["common_language_level"] in LEVELS
    kinds = Counter(one["kind"] for one in gatherings)
    assert kinds.keys() <= KINDS
    assert {kind: kinds[kind] for kind in ("mentor-training", "start", "coaching-training", "closing")} == {
        "mentor-training": 1,
        "start": 1,
        "coaching-training": 1,
        "closing": 1,
    }
    assert kinds["gathering"] >= 2
    assert kinds["peer-circle"] >= 1


def test_gatherings_stand_in_order_and_the_training_comes_before_the_start() -> None:
    gatherings = program()["gathering"]
    moments = [one["at"] for one in gatherings]
    assert moments == sorted(moments)
    assert gatherings[0]["kind"] == "mentor-training"
    assert (gatherings[0]["at"], gatherings[0]["hours"]) == (
        datetime(2027, 1, 9, 10),
        program()["program"]["training_hours"],
    )
    assert gatherings[-1]["kind"] == "closing"
    assert gatherings[-1]["at"].month == 7
    assert {one["at"].month for one in gatherings if one["kind"] == "theme"} == {2, 3, 4, 5, 6}


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_title_is_there_in_every_language(language: str) -> None:
    assert program()["program"]["name"][language]
    assert all(one["title"][language] and one["place"] and one["seats"] > 0 for one in program()["gathering"])


def test_two_people_of_staff_lead_it() -> None:
    staff = program()["staff"]
    assert [one["role"] for one in staff] == ["coordinator", "helper"]
    assert {one["language"] for one in staff} <= {"fi", "sv", "en"}
