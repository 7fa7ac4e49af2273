"""Languages: which one a reader gets, and how it writes."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from matka_gateway.languages import Languages

LANGUAGES = Languages()
CATALOGUE = """msgid ""
msgstr ""
"Language: {code}\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "English"
msgstr "{name}"
"""


@pytest.mark.parametrize(
    ("chosen", "accepted", "code"),
    [
        ("", "", "fi"),
        ("sv", "en", "sv"),
        ("fi-simple", "en", "fi-simple"),
        ("", "fi-simple, fi;q=0.9", "fi-simple"),
        ("xx", "en", "en"),
        ("", "en-GB,en;q=0.9,fi;q=0.8", "en"),
        ("", "ar, sv;q=0.4, en;q=0.5", "en"),
        ("", "sv-FI", "sv"),
        ("", "fi;q=0, sv;q=0.1", "sv"),
        ("", "en;q=nonsense,sv;q=0.2", "sv"),
        ("", "en;q=nan,sv;q=0.2", "sv"),
        ("", ";;;,,,=", "fi"),
        ("", "en;q=2", "fi"),
    ],
)
def test_a_reader_gets_what_they_chose_else_what_their_browser_wants_else_finnish(
    chosen: str, accepted: str, code: str
) -> None:
    assert LANGUAGES.choose(chosen, accepted).code == code


@pytest.mark.parametrize(
    ("code", "moment", "day", "number"),
    [
        ("fi-simple", "maanantai 25. tammikuuta 2027 klo\u00a017.30", "18. tammikuuta 2027", "1\u00a0234"),
        ("fi", "maanantai 25. tammikuuta 2027 klo\u00a017.30", "18. tammikuuta 2027", "1\u00a0234"),
        ("sv", "måndag 25 januari 2027 kl.\u00a017.30", "18 januari 2027", "1\u00a0234"),
        ("en", "Monday, 25 January 2027, 17:30", "18 January 2027", "1,234"),
    ],
)
def test_moments_days_and_numbers_are_written_as_the_reader_is_used_to(
    code: str, moment: str, day: str, number: str
) -> None:
    language = LANGUAGES.choose(code)
    written = language.moment(datetime(2027, 1, 25, 15, 30, tzinfo=UTC), "Europe/Helsinki")
    assert written == moment
    assert language.day(date(2027, 1, 18)) == day
    assert language.number(1234) == number


@pytest.mark.parametrize(
    ("hour_utc", "local"), [(0, "2.00"), (1, "4.00")], ids=["before the change", "after the change"]
)
def test_the_night_when_summer_time_begins_skips_an_hour(hour_utc: int, local: str) -> None:
    moment = datetime(2027, 3, 28, hour_utc, tzinfo=UTC)
    assert LANGUAGES.choose("fi").moment(moment, "Europe/Helsinki").endswith(f"klo\u00a0{local}")


def test_the_night_when_summer_time_ends_has_an_hour_twice() -> None:
    first, second = (datetime(2027, 10, 31, hour, 30, tzinfo=UTC) for hour in (0, 1))
    language = LANGUAGES.choose("fi")
    written = {language.moment(each, "Europe/Helsinki") for each in (first, second)}
    assert written == {"sunnuntai 31. lokakuuta 2027 klo\u00a03.30"}


def test_the_day_of_an_instant_is_that_of_its_zone_and_never_taken_without_one() -> None:
    moment, english = datetime(2027, 1, 5, 22, 30, tzinfo=UTC), LANGUAGES.choose("en")
    assert english.day_of(moment, "Europe/Helsinki") == "6 January 2027"
    assert english.day_of(moment, "Europe/Lisbon") == "5 January 2027"
    with pytest.raises(TypeError):
        english.day(moment)


def test_a_place_that_was_not_filled_stays_empty_and_braces_in_a_value_are_harmless() -> None:
    language = LANGUAGES.choose("en")
    assert language.say("with {name}") == "with "
    assert language.say("with {name}", name="{x} {0}") == "with {x} {0}"


def test_a_title_is_read_in_the_own_language_else_in_english_else_in_any() -> None:
    finnish = LANGUAGES.choose("fi")
    assert finnish.choose({"en": "Spring", "fi": "Kevät"}) == "Kevät"
    assert finnish.choose({"sv": "Våren", "en": "Spring"}) == "Spring"
    assert finnish.choose({"sv": "Våren"}) == "Våren"
    assert finnish.choose({}) == ""
    plain = LANGUAGES.choose("fi-simple")
    assert plain.choose({"en": "Spring", "fi": "Kevät"}) == "Kevät"
    assert plain.choose({"fi-simple": "Kevään ryhmä", "fi": "Kevät"}) == "Kevään ryhmä"


@pytest.mark.parametrize(
    ("code", "name", "direction"), [("ar", "العربية", "rtl"), ("fi-x-plain", "Selkosuomi", "ltr")]
)
def test_a_catalogue_file_is_all_that_a_language_needs(
    code: str, name: str, direction: str, tmp_path: Path
) -> None:
    folder = tmp_path / code / "LC_MESSAGES"
    folder.mkdir(parents=True)
    text = CATALOGUE.format(code=code.partition("-")[0], name=name)
    (folder / "gateway.po").write_text(text, encoding="utf-8")
    (tmp_path / "fi").mkdir()
    languages = Languages(tmp_path)
    assert [language.code for language in languages] == [code, "en"]
    found = languages.choose(code)
    assert (found.name, found.direction) == (name, direction)
    assert found.say("Sign in") == "Sign in"


def written(folder: Path, name: str, **texts: str) -> None:
    """A catalogue file with these translations."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [CATALOGUE.format(code="fi", name="x").partition('msgid "English"')[0]]
    lines += [f'msgid "{original}"\nmsgstr "{text}"\n' for original, text in texts.items()]
    (folder / name).write_text("\n".join(lines), encoding="utf-8")


def test_a_language_s_texts_may_lie_in_several_files_and_a_variant_says_the_rest_as_its_parent(
    tmp_path: Path,
) -> None:
    written(tmp_path / "fi" / "LC_MESSAGES", "a.po", Yes="Kyllä", No="Ei")
    written(tmp_path / "fi" / "LC_MESSAGES", "b.po", Often="Usein", No="Ei")
    written(tmp_path / "fi-simple" / "LC_MESSAGES", "b.po", Often="Monta kertaa")
    languages = Languages(tmp_path)
    finnish, plain = languages.choose("fi"), languages.choose("fi-simple")
    assert [finnish.say(each) for each in ("Yes", "No", "Often")] == ["Kyllä", "Ei", "Usein"]
    assert [plain.say(each) for each in ("Yes", "No", "Often")] == ["Kyllä", "Ei", "Monta kertaa"]
    assert (plain.code, plain.locale.language) == ("fi-simple", "fi")


def test_two_files_that_translate_a_message_differently_are_refused(tmp_path: Path) -> None:
    written(tmp_path / "fi" / "LC_MESSAGES", "a.po", No="Ei")
    written(tmp_path / "fi" / "LC_MESSAGES", "b.po", No="En")
    with pytest.raises(ValueError, match=r"b\.po translates otherwise"):
        Languages(tmp_path)
