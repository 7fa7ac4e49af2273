"""Matching's reasons in words: fields by their names, each once, and the code only where it tells more."""

import pytest

from matka_gateway.languages import Languages
from matka_gateway.matching_readings import Remark
from matka_gateway.remark_texts import ALONE, field_names, say_remark

LANGUAGES = Languages()


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        (["2342"], "Opetustyö"),
        (["2342", "2310", "53"], "Opetustyö, Hoivatyö"),
        (["x"], "x"),
        ([], ""),
    ],
)
def test_professional_fields_have_names_and_each_is_named_once(codes: list[str], words: str) -> None:
    assert field_names(LANGUAGES.choose("fi"), codes) == words


def test_two_fields_of_one_group_are_told_apart_by_their_codes() -> None:
    apart = Remark(code="field-too-far", params={"mentor": ["2310"], "mentee": ["2342"]})
    said = say_remark(LANGUAGES.choose("en"), apart)
    assert said == "Their fields are too far apart. Mentor: Teaching (2310). Mentee: Teaching (2342)."
    differ = Remark(code="different-field", params={"mentor": ["2310"], "mentee": ["5311"]})
    assert say_remark(LANGUAGES.choose("en"), differ).endswith("Mentor: Teaching. Mentee: Care work.")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fi", "Kaikki mahdolliset parit sopivat paremmin muille. Mahdollisia oli 1."),
        ("sv", "Alla möjliga partner passar bättre ihop med andra. Antal möjliga partner: 1."),
        ("en", "All who would have been possible fit others better. Possible partners: 1."),
    ],
)
def test_it_is_clear_what_the_number_counts(language: str, sentence: str) -> None:
    taken = Remark(code="all-taken", params={"possible": 1})
    assert say_remark(LANGUAGES.choose(language), taken, ALONE) == sentence
