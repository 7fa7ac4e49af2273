"""The certificate's words: one gettext catalogue per language, read from the package's locale folder."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LOCALES = Path(__file__).parent / "locale"
FALLBACK = "en"
NO_BREAK, DASH = "\u00a0", "\u2013"


class Texts:
    """Messages, dates and numbers in one language; messages are English, with `{named}` places."""

    def __init__(self, language: str, locale: Locale, translations: GNUTranslations) -> None:
        self.language = language
        self.locale = locale
        self._translations = translations

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return self.locale.text_direction

    def say(self, message: str, **places: str) -> str:
        """The message in this language (English where the catalogue lacks it)."""
        return self._translations.gettext(message).format(**places)

    def count(self, one: str, many: str, number: float) -> str:
        """The message in the grammatical number that this language wants; nothing of nothing."""
        grammatical = int(number) if number == int(number) else 2
        written = format_decimal(number, locale=self.locale)
        return self._translations.ngettext(one, many, grammatical).format(number=written) if number else ""

    def day(self, day: date) -> str:
        """A date with the month's name, never broken over two lines."""
        return format_date(day, "long", locale=self.locale).replace(" ", NO_BREAK)

    def period(self, first: date, last: date) -> str:
        """Two dates, at most broken before the second."""
        return f"{self.day(first)}{NO_BREAK}{DASH} {self.day(last)}"

    def choose(self, by_language: Mapping[str, str]) -> str:
        """The text of this language, else English, else whatever there is."""
        wanted = (by_language.get(code) for code in (self.language, FALLBACK, *by_language))
        return next((text for text in wanted if text), "")


@cache
def languages(folder: Path = LOCALES) -> frozenset[str]:
    """The languages that have a catalogue; a new catalogue file is a new language."""
    return frozenset(path.parts[-3] for path in folder.glob("*/LC_MESSAGES/certificates.po"))


@cache
def texts(language: str, folder: Path = LOCALES) -> Texts:
    """The texts of a language, or the English ones where it has no catalogue."""
    known = language if language in languages(folder) else FALLBACK
    compiled = BytesIO()
    with (folder / known / "LC_MESSAGES" / "certificates.po").open("rb") as source:
        catalogue = read_po(source, abort_invalid=True)
    if catalogue.locale is None:
        raise ValueError(f"the catalogue {known} names no language that Babel knows")
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Texts(known, catalogue.locale, GNUTranslations(compiled))
