"""What a certificate says: varied by the recorded facts, in the languages of its holder."""

from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest
from babel.messages import Message
from babel.messages.pofile import read_po
from pydantic import ValidationError

from matka_certificates import wording as module
from matka_certificates.facts import CertificateFacts
from matka_certificates.texts import DASH, LOCALES, languages, texts
from matka_certificates.wording import Wording, wording
from tests.support.certificates import a_gathering, some_facts


def said(language: str = "en", **otherwise: object) -> Wording:
    return wording(some_facts(**otherwise), texts(language))


def messages(language: str) -> dict[str, Message]:
    with (LOCALES / language / "LC_MESSAGES" / "certificates.po").open("rb") as source:
        found = [message for message in read_po(source) if message.id]
    return {m.id if isinstance(m.id, str) else m.id[0]: m for m in found}


def test_the_whole_way_and_one_that_ended_early_are_told_apart_without_blame() -> None:
    assert said().statement.endswith("from its start to its closing")
    early = said(ended_early=True)
    assert "closing" not in early.statement
    assert "early" not in " ".join([early.statement, *early.facts])


@pytest.mark.parametrize(
    ("language", "mentor", "mentee"),
    [("fi", "mentorina", "aktorina"), ("sv", "mentor", "adept"), ("en", "mentor", "mentee")],
)
def test_the_role_is_named_in_each_language(language: str, mentor: str, mentee: str) -> None:
    assert f" {mentor} " in said(language, role="mentor").statement
    assert f" {mentee} " in said(language, role="mentee").statement


def test_what_is_zero_or_empty_is_left_unsaid() -> None:
    assert said(meetings=0, training_hours=0, gatherings=()).facts == []


def test_numbers_agree_with_their_nouns_in_each_language() -> None:
    assert said(meetings=1, training_hours=1).facts[:2] == ["1 meeting of the pair", "1 hour of training"]
    assert said(meetings=2, training_hours=1.5).facts[:2] == [
        "2 meetings of the pair",
        "1.5 hours of training",
    ]
    assert said("fi", meetings=1, training_hours=1.5).facts[:2] == [
        "1 mentorointiparin tapaaminen",
        "1,5 tuntia koulutusta",
    ]
    assert said("sv", meetings=2, training_hours=1).facts[:2] == [
        "2 möten mellan mentor och adept",
        "1 timme utbildning",
    ]


def test_preparation_and_replacement_are_mentioned() -> None:
    facts = said(role="mentor", preparation="self-study", replaces="MK-2027-0007").facts
    assert facts[0] == "Preparation: self-study course on the basics of mentoring"
    assert facts[-1] == "Replaces certificate MK-2027-0007"


def test_gatherings_stand_in_the_order_of_their_days_and_repeated_ones_once() -> None:
    gatherings = (
        a_gathering("Peer circle", date(2027, 5, 1)),
        a_gathering("Start", date(2027, 1, 20)),
        a_gathering("Peer circle", date(2027, 3, 1)),
    )
    assert (
        said(gatherings=gatherings).facts[-1].replace("\u00a0", " ") == "Gatherings: Start · Peer circle (2)"
    )


def test_gatherings_beyond_the_page_are_counted() -> None:
    many = tuple(a_gathering(f"Evening {n}", date(2027, 2, n)) for n in range(1, 28))
    assert said(gatherings=many).facts[-1].endswith("· 3 more")


def test_days_are_written_as_each_language_writes_them() -> None:
    written = {language: said(language).period.replace("\u00a0", " ") for language in ("fi", "sv", "en")}
    assert written == {
        "fi": f"18. tammikuuta 2027 {DASH} 16. heinäkuuta 2027",
        "sv": f"18 januari 2027 {DASH} 16 juli 2027",
        "en": f"18 January 2027 {DASH} 16 July 2027",
    }


def test_a_title_missing_in_a_language_is_given_in_english_or_as_it_is() -> None:
    assert "“Journey”" in said("en", program_title={"fi": "Matka", "en": "Journey"}).statement
    assert "”Journey”" in said("sv", program_title={"fi": "Matka", "en": "Journey"}).statement
    assert "”Matka”" in said("sv", program_title={"fi": "Matka"}).statement
    assert "””" in said("sv", program_title={}).statement


def test_a_title_with_braces_is_plain_text() -> None:
    assert "{program} {0.__class__}" in said(program_title={"en": "{program} {0.__class__}"}).statement


def test_a_language_without_a_catalogue_is_answered_in_english() -> None:
    assert texts("tlh").language == "en"
    assert {"fi", "sv", "en"} <= languages()


def test_a_catalogue_that_names_no_language_is_refused(tmp_path: Path) -> None:
    catalogue = tmp_path / "xx" / "LC_MESSAGES" / "certificates.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n', encoding="utf-8")
    with pytest.raises(ValueError, match="xx names no language"):
        texts("xx", tmp_path)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_catalogue_has_every_message_with_its_places(language: str) -> None:
    own = messages(language)
    assert own.keys() == messages("en").keys()
    for message in own.values():
        assert message.string
        assert not message.fuzzy
        assert not list(message.check())


def test_no_message_of_the_wording_is_missing_from_the_catalogues() -> None:
    english = messages("en")
    facts: list[CertificateFacts] = [
        some_facts(role=role, ended_early=early, preparation=door, replaces="1")
        for role, early, door in [
            ("mentor", False, "training"),
            ("mentor", True, "self-study"),
            ("mentee", True, ""),
        ]
    ]
    for language in ("fi", "sv"):
        for fact in facts:
            own, other = asdict(wording(fact, texts(language))), asdict(wording(fact, texts("en")))
            assert [key for key in own if own[key] == other[key] and key != "direction"] == []
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert [key for key in english if key not in source] == []


def test_participation_does_not_end_before_it_starts() -> None:
    with pytest.raises(ValidationError, match="ends before"):
        some_facts(ends=date(2026, 1, 1))


@pytest.mark.parametrize("number", ["", "A B", "ä", "1\n2"])
def test_a_number_is_printable_and_in_one_piece(number: str) -> None:
    with pytest.raises(ValidationError):
        some_facts(number=number)
