"""Letters in their reader's language: every word translated, names of any kind as plain text."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import UndefinedError

import matka_notifications
from matka_contracts.event import Event
from matka_contracts.pairing import PairFormed
from matka_contracts.people import SignInRequested
from matka_contracts.scheduling import MeetingMoved, MeetingReminderDue
from matka_notifications.composing import facts_told
from matka_notifications.rendering import AT, Writer, base_of, chosen, languages, title_in
from tests.support.mothers_notifications import TITLES, templates, variants, words_of

PACKAGE = Path(matka_notifications.__file__).parent
CATALOGUES = {path.parts[-3]: path for path in PACKAGE.glob("locale/*/LC_MESSAGES/letters.po")}
TEMPLATES = sorted(templates().items())
WRITER = Writer()


def catalogue(language: str) -> Catalog:
    with CATALOGUES[language].open("rb") as source:
        return read_po(source, locale=base_of(language), abort_invalid=True)


def said() -> set[str]:
    """Every text in the templates that wants a translation."""
    found = extract_from_dir(PACKAGE / "templates", method_map=[("**.j2", "jinja2")], strip_comment_tags=True)
    return {str(message[2]) for message in found} | {AT}


def test_letters_are_written_in_finnish_plain_finnish_swedish_and_english() -> None:
    assert languages() == ("en", "fi", "fi-simple", "sv")
    assert set(CATALOGUES) == {"fi", "fi-simple", "sv"}


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_word_has_a_translation_and_no_translation_is_left_over(language: str) -> None:
    translated = {str(message.id) for message in catalogue(language) if message.id and message.string}
    missing, left_over = said() - translated, translated - said()
    assert (missing, left_over) == (set(), set())


def test_plain_finnish_holds_what_differs_from_finnish_and_nothing_else() -> None:
    finnish = {str(message.id): message.string for message in catalogue("fi")}
    plain = {str(message.id): message.string for message in catalogue("fi-simple") if message.id}
    assert set(plain) <= said()
    assert [id_ for id_, text in plain.items() if text == finnish[id_]] == []


@pytest.mark.parametrize(
    ("language", "others"),
    [
        ("sv", ["startmöte", "mentorskapsprogram", "mentorsutbildning", "mentee", "aktor"]),
        ("fi", ["mentoroitava", "mentee", "projektitiimi", "avaustilaisuus"]),
        ("fi-simple", ["mentoroitava", "mentee", "projektitiimi", "avaustilaisuus"]),
    ],
)
def test_no_catalogue_has_two_words_for_one_thing(language: str, others: list[str]) -> None:
    said_there = " ".join(str(message.string) for message in catalogue(language) if message.id).casefold()
    assert [word for word in others if word in said_there] == []


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
    assert title_in(TITLES, language) in letter.text
    assert not re.search(r"\n\n\n|[ \t]\n|\{\{|%\(|None", letter.text)
    assert "<style" not in letter.html, "styles stand at the elements: many mail programs drop the rest"


@pytest.mark.parametrize(("template", "kind"), TEMPLATES, ids=[name for name, _ in TEMPLATES])
def test_no_letter_is_the_same_in_two_languages(template: str, kind: type[Event]) -> None:
    letters = [WRITER.render(template, language, words_of(kind)) for language in ("en", "fi", "sv")]
    assert len({letter.subject for letter in letters}) == len({letter.text for letter in letters}) == 3


@pytest.mark.parametrize(("template", "kind"), TEMPLATES, ids=[name for name, _ in TEMPLATES])
def test_a_letter_can_be_written_however_its_event_is_told(template: str, kind: type[Event]) -> None:
    for event in variants(kind):
        for language in languages():
            words = words_of(kind) | facts_told(event.model_dump(mode="json")) | {"timezone": "UTC"}
            assert WRITER.render(template, language, words).text


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
        ("fi", "maanantai 18. tammikuuta 2027 klo 12.00"),
        ("fi-simple", "maanantai 18. tammikuuta 2027 klo 12.00"),
        ("sv", "måndag 18 januari 2027 kl. 12.00"),
        ("en", "Monday, 18 January 2027 at 12:00"),
    ],
)
def test_a_time_is_local_and_written_as_the_language_has_it(language: str, when: str) -> None:
    letter = WRITER.render("meeting-reminder", language, words_of(MeetingReminderDue))
    assert f": {when}\n" in letter.text, "ten o'clock in UTC is noon in Helsinki"


@pytest.mark.parametrize(
    ("moment", "when"),
    [
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), "sunnuntai 28. maaliskuuta 2027 klo 2.59"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), "sunnuntai 28. maaliskuuta 2027 klo 4.00"),
        (datetime(2027, 10, 31, 7, 5, tzinfo=UTC), "sunnuntai 31. lokakuuta 2027 klo 9.05"),
        (datetime(2028, 2, 28, 23, 0, tzinfo=UTC), "tiistai 29. helmikuuta 2028 klo 1.00"),
    ],
)
def test_a_time_is_right_when_the_clocks_change_and_on_the_day_that_is_rare(
    moment: datetime, when: str
) -> None:
    assert (
        when in WRITER.render("meeting-reminder", "fi", words_of(MeetingReminderDue, starts_at=moment)).text
    )


def test_without_a_place_there_is_no_empty_line_about_it() -> None:
    letter = WRITER.render("meeting-reminder", "en", words_of(MeetingReminderDue, place=""))
    assert "Place" not in letter.text


@pytest.mark.parametrize(
    ("wanted", "given"),
    [("sv", "sv"), ("fi-simple", "fi-simple"), ("fi-FI", "fi"), ("sv-FI", "sv"), ("so", "en"), ("", "en")],
)
def test_who_reads_another_language_gets_what_it_is_a_variant_of_or_the_default(
    wanted: str, given: str
) -> None:
    assert chosen(wanted, "en") == given


def test_a_title_is_in_the_language_else_in_its_base_else_in_english_else_in_any() -> None:
    assert title_in(TITLES, "sv") == "Vår"
    assert title_in(TITLES, "so") == "Spring"
    assert title_in(TITLES, "fi-simple") == "Kevät"
    assert title_in(TITLES | {"fi-simple": "Selko"}, "fi-simple") == "Selko"
    assert title_in({"fi": "Kevät"}, "so") == "Kevät"
    assert title_in({}, "fi") == ""


@pytest.mark.parametrize("language", ["en", "fi", "sv"])
@pytest.mark.parametrize("template", ["meeting-planned", "meeting-moved", "meeting-cancelled"])
def test_a_letter_about_a_meeting_says_who_has_done_it(template: str, language: str) -> None:
    letters = [
        WRITER.render(template, language, words_of(MeetingMoved, by=by)).text
        for by in ("reader", "other", "")
    ]
    assert len(set(letters)) == 3
    assert all("Maija Meikäläinen" in letter for letter in letters)


def test_only_what_may_be_stopped_says_how() -> None:
    stop = "https://matka.example.org/stop/a-token"
    with_link, without = (
        WRITER.render("meeting-reminder", "fi", words_of(MeetingReminderDue, stop_url=url))
        for url in (stop, "")
    )
    assert f"Lopeta kaikki muistutukset: {stop}\n" in with_link.text
    assert f'href="{stop}"' in with_link.html
    assert "muistutukset" not in without.text
