"""Every word has a translation: error codes of all services, terms, and all that the pages say."""

import string

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from matka_contracts import terms
from matka_gateway.error_texts import TEXTS
from matka_gateway.languages import LOCALES
from matka_gateway.terms import TERMS, in_order
from tests.support.error_codes import error_codes
from tests.support.gateway_messages import messages

CATALOGUES = {path.parts[-3]: path for path in LOCALES.glob("*/LC_MESSAGES/gateway.po")}


def catalogue(code: str) -> Catalog:
    with CATALOGUES[code].open("rb") as source:
        return read_po(source, locale=code, abort_invalid=True)


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_finnish_and_swedish_are_there() -> None:
    assert set(CATALOGUES) >= {"fi", "sv"}


def test_every_error_code_of_every_service_has_a_text() -> None:
    missing = {code: meaning for code, meaning in error_codes().items() if code not in TEXTS}
    assert not missing


def test_no_text_stands_for_a_code_that_no_service_has() -> None:
    assert not set(TEXTS) - set(error_codes())


def translations(known: Catalog, original: str) -> list[str]:
    """The translation of a message, or all its plural forms; nothing where it is missing or only guessed."""
    found = known.get(original)
    if found is None or found.fuzzy:
        return []
    forms = found.string if isinstance(found.string, list | tuple) else [found.string or ""]
    return [text for text in forms if text]


@pytest.mark.parametrize("code", sorted(CATALOGUES))
def test_every_message_is_translated_and_keeps_its_places(code: str) -> None:
    known = catalogue(code)
    faults = []
    for message in messages():
        originals = message if isinstance(message, tuple) else (message,)
        translated = translations(known, originals[0])
        if len(translated) < (known.num_plurals if len(originals) > 1 else 1):
            faults.append(f"no translation: {originals[0]}")
        elif any(places(text) != places(originals[-1]) for text in translated):
            faults.append(f"other places: {originals[0]}")
    assert not faults


@pytest.mark.parametrize("code", sorted(CATALOGUES))
def test_no_catalogue_translates_what_nobody_says(code: str) -> None:
    said = {message[0] if isinstance(message, tuple) else message for message in messages()}
    kept = {message.id[0] if isinstance(message.id, tuple) else message.id for message in catalogue(code)}
    assert not {message for message in kept if message} - said


def test_every_kind_that_the_contracts_know_has_a_word() -> None:
    assert set(TERMS["gathering"]) == {each.value for each in terms.GatheringKind}
    assert set(TERMS["form"]) == {each.value for each in terms.MeetingForm}
    assert set(TERMS["model"]) == {each.value for each in terms.ProgramModel}
    assert set(TERMS["door"]) == {each.value for each in terms.Door} | {"not-ready"}


def test_terms_are_listed_as_people_go_through_them_and_unknown_ones_last() -> None:
    numbers = {"mystery": 1, "ended": 2, "declined": 0, "proposed": 3}
    assert [*in_order("pair", numbers).items()] == [("proposed", 3), ("ended", 2), ("mystery", 1)]


@pytest.mark.parametrize(
    ("language", "one_word", "other_words"),
    [
        ("sv", "mentorprogram", "mentorskapsprogram"),
        ("sv", "mentorutbildning", "mentorskapsutbildning"),
        ("sv", "startmöte", "startträff"),
        ("fi", "osallistujaa", '{number} osallistui"'),
    ],
)
def test_a_thing_has_one_name_in_a_language(language: str, one_word: str, other_words: str) -> None:
    words = CATALOGUES[language].read_text(encoding="utf-8").lower()
    assert one_word in words
    assert other_words not in words
