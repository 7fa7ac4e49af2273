"""Letters in their reader's language: every word translated, names of any kind as plain text."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import UndefinedError

import matka_notifications
from matka_contracts.event import Event
from matka_contracts.pairing import ApplicantAdmitted, PairFormed
from matka_contracts.people import SignInRequested
from matka_contracts.scheduling import MeetingReminderDue, ParticipantInvited
from matka_notifications.rendering import Writer, chosen, languages, title_in
from tests.support.mothers_notifications import TITLES, templates, variants, words_of

PACKAGE = Path(matka_notifications.__file__).parent
CATALOGUES = {path.parts[-3]: path for path in PACKAGE.glob("locale/*/LC_MESSAGES/letters.po")}
TEMPLATES = sorted(templates().items())
WRITER = Writer()


def catalogue(language: str) -> Catalog:
    with CATALOGUES[language].open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def said() -> set[str]:
    """Every text in the templates that wants a translation."""
    found = extract_from_dir(PACKAGE / "templates", method_map=[("**.j2", "jinja2")], strip_comment_tags=True)
    return {str(message[2]) for message in found}


def test_letters_are_written_in_finnish_swedish_and_english() -> None:
    assert languages() == ("en", "fi", "sv")
    assert set(CATALOGUES) == {"fi", "sv"}


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_word_has_a_translation_and_no_translation_is_left_over(language: str) -> None:
    translated = {str(message.id) for message in catalogue(language) if message.id and message.string}
    missing, left_over = said() - translated, translated - said()
    assert (missing, left_over) == (set(), set())


@pytest.mark.parametrize("language", CATALOGUES)
def test_translations_keep_their_places_and_none_is_doubtful(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            places = [sorted(re.findall(r"%\(\w+\)s", str(text))) for text in (message.id, message.string)]
            assert places[0] == places[1], message.id
            assert not message.fuzzy, message.id


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(("template", "kind"), TEMPLATES, ids=[name for name, _ in TEMPLATES])
def test_every_letter_is_written_in_every_language(template: str, kind: type[Event], language: str) -> None:
    letter = WRITER.render(template, language, words_of(kind))
    assert letter.subject
    assert "\n" not in letter.subject
    assert f'<html lang="{language}" dir="ltr"' in letter.html
    assert "Amal Haddad" in letter.text
    assert "Amal Haddad" in letter.html
    assert TITLES[language] in letter.text
    assert not re.search(r"\n\n\n|[ \t]\n|\{\{|%\(|None", letter.text)
    assert "<style" not in letter.html, "styles stand at the elements: many mail programs drop the rest"


@pytest.mark.parametrize(("template", "kind"), TEMPLATES, ids=[name for name, _ in TEMPLATES])
def test_no_letter_is_the_same_in_two_languages(template: str, kind: type[Event]) -> None:
    letters = [WRITER.render(template, language, words_of(kind)) for language in languages()]
    assert len({letter.subject for letter in letters}) == len({letter.text for letter in letters}) == 3


@pytest.mark.parametrize("kind", [ApplicantAdmitted, MeetingReminderDue, ParticipantInvited])
def test_a_letter_can_be_written_however_its_event_is_told(kind: type[Event]) -> None:
    by_kind = {each: template for template, each in templates().items()}
    for event in variants(kind):
        for language in languages():
            facts = {
                k: v for k, v in event.model_dump(mode="json").items() if k not in {"title", "starts_at"}
            }
            assert WRITER.render(by_kind[kind], language, words_of(kind) | facts).text


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ url }} {% raw %} %(name)s %s",
        "أمل حدّاد",
        "ሰላም ተስፋይ",
        "Nguyễn Thị Ánh",
        "Seán Ó Súilleabháin-d'Arcy",
        "x" * 300,
    ],
)
def test_a_name_is_plain_text_whatever_it_is(name: str) -> None:
    letter = WRITER.render("pair-formed", "fi", words_of(PairFormed, name=name, other=name))
    assert f"Hei {name}," in letter.text
    assert "<script>" not in letter.html
    assert "<img" not in letter.html
    assert name not in letter.subject


def test_a_word_that_is_missing_is_an_error_and_no_gap() -> None:
    words = words_of(PairFormed)
    del words["other"]
    with pytest.raises(UndefinedError):
        WRITER.render("pair-formed", "fi", words)


def test_the_sign_in_letter_has_link_and_code() -> None:
    letter = WRITER.render("sign-in", "en", words_of(SignInRequested))
    link = "https://matka.example.org/sign-in/the-request?token=secret-token"
    assert f"Sign in: {link}" in letter.text
    assert f'href="{link}"' in letter.html
    assert "123456" in letter.text


@pytest.mark.parametrize(
    ("language", "when"),
    [
        ("fi", "maanantai 18. tammikuuta 2027"),
        ("sv", "måndag 18 januari 2027"),
        ("en", "Monday, 18 January 2027"),
    ],
)
def test_a_time_is_local_and_written_as_the_language_has_it(language: str, when: str) -> None:
    letter = WRITER.render("meeting-reminder", language, words_of(MeetingReminderDue))
    assert when in letter.text
    assert re.search(r"\b12[.:]00\b", letter.text), "ten o'clock in UTC is noon in Helsinki"


def test_without_a_place_there_is_no_empty_line_about_it() -> None:
    letter = WRITER.render("meeting-reminder", "en", words_of(MeetingReminderDue, place=""))
    assert "Place" not in letter.text


@pytest.mark.parametrize(("wanted", "given"), [("sv", "sv"), ("so", "en"), ("", "en"), ("fi-FI", "en")])
def test_who_reads_another_language_gets_the_default(wanted: str, given: str) -> None:
    assert chosen(wanted, "en") == given


def test_a_title_is_in_the_language_else_in_english_else_in_any() -> None:
    assert title_in(TITLES, "sv") == "Vår"
    assert title_in(TITLES, "so") == "Spring"
    assert title_in({"fi": "Kevät"}, "so") == "Kevät"
    assert title_in({}, "fi") == ""
