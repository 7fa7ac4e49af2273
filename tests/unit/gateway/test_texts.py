"""Every word has a translation: error codes of all services, terms, and all that the pages say."""

import string

import pytest
from babel.messages.catalog import Catalog

from matka_contracts import terms
from matka_gateway.error_texts import TEXTS
from matka_gateway.languages import LOCALES, parent_of, read_catalogue
from matka_gateway.terms import TERMS, in_order
from tests.support.error_codes import error_codes
from tests.support.gateway_messages import messages

CATALOGUES = {path.parent.name: read_catalogue(path) for path in LOCALES.glob("*/LC_MESSAGES")}
WHOLE = sorted(code for code in CATALOGUES if parent_of(code) not in CATALOGUES)
VARIANTS = sorted(set(CATALOGUES) - set(WHOLE))


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_finnish_swedish_and_plain_finnish_are_there() -> None:
    assert set(CATALOGUES) >= {"fi", "fi-simple", "sv"}
    assert set(WHOLE) >= {"fi", "sv"}


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


def faults(known: Catalog, *, may_be_missing: bool) -> list[str]:
    """What is wrong with a catalogue's translations of all that is said."""
    found = []
    for message in messages():
        originals = message if isinstance(message, tuple) else (message,)
        translated = translations(known, originals[0])
        if may_be_missing and not translated:
            continue
        if len(translated) < (known.num_plurals if len(originals) > 1 else 1):
            found.append(f"no translation: {originals[0]}")
        elif any(places(text) != places(originals[-1]) for text in translated):
            found.append(f"other places: {originals[0]}")
    return found


@pytest.mark.parametrize("code", WHOLE)
def test_every_message_is_translated_and_keeps_its_places(code: str) -> None:
    assert not faults(CATALOGUES[code], may_be_missing=False)


@pytest.mark.parametrize("code", VARIANTS)
def test_a_variant_translates_only_some_and_says_them_otherwise_than_its_parent(code: str) -> None:
    known, parent = CATALOGUES[code], CATALOGUES[parent_of(code)]
    assert not faults(known, may_be_missing=True)
    assert not [each.id for each in known if each.id and each.string == parent[each.id].string]


@pytest.mark.parametrize("code", sorted(CATALOGUES))
def test_no_catalogue_translates_what_nobody_says(code: str) -> None:
    said = {message[0] if isinstance(message, tuple) else message for message in messages()}
    kept = {each.id[0] if isinstance(each.id, tuple) else each.id for each in CATALOGUES[code]}
    assert not {message for message in kept if message} - said


def test_every_kind_that_the_contracts_know_has_a_word() -> None:
    assert set(TERMS["gathering"]) == {each.value for each in terms.GatheringKind}
    assert set(TERMS["form"]) == {each.value for each in terms.MeetingForm}
    assert set(TERMS["model"]) == {each.value for each in terms.ProgramModel}
    assert set(TERMS["readiness"]) == {*terms.Door, "staff-contact-missing", "not-ready"}


def test_terms_are_listed_as_people_go_through_them_and_unknown_ones_last() -> None:
    numbers = {"mystery": 1, "ended": 2, "declined": 0, "proposed": 3}
    assert [*in_order("pair", numbers).items()] == [("proposed", 3), ("ended", 2), ("mystery", 1)]


@pytest.mark.parametrize(
    ("language", "one_word", "other_words"),
    [
        ("sv", "mentorprogram", "mentorskapsprogram"),
        ("sv", "mentorutbildning", "mentorskapsutbildning"),
        ("sv", "startmöte", "startträff"),
        ("sv", "sammankomst", "träffen"),
        ("fi", "viesti", "kirje"),
        ("fi", "osallistujaa", '{number} osallistui"'),
    ],
)
def test_a_thing_has_one_name_in_a_language(language: str, one_word: str, other_words: str) -> None:
    files = (LOCALES / language / "LC_MESSAGES").glob("*.po")
    words = "".join(each.read_text(encoding="utf-8") for each in files).lower()
    assert one_word in words
    assert other_words not in words
