"""The languages of pages and answers: the gettext catalogues of each, read at start, and who reads which."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

LOCALES = Path(__file__).parent / "locale"
SOURCE = "en"
DEFAULT = "fi"
_LONGEST_HEADER = 500
_WRITTEN_AS_IN_EUROPE = {"en": "en-GB"}
_CLOCKS = {"sv": "H.mm"}  # as in Finland, and in our letters; the locale data knows only Sweden's way
_Local = datetime | time
_VARIANT = re.compile(r"-x-|-[a-z0-9]{5,8}$")  # of words only: plain language, not a region or a script


class _Places(dict[str, object]):
    """What fills the places of a text; one that a service did not send stays empty."""

    def __missing__(self, _: str) -> str:
        return ""


@dataclass(frozen=True)
class Language:
    """One language: its texts, which are English in the source, and its way with dates and numbers."""

    code: str
    locale: Locale
    translations: NullTranslations

    @classmethod
    def of(cls, catalogue: Catalog, code: str, fallback: "Language | None") -> "Language":
        """The language of a catalogue; what the catalogue leaves out is said as in `fallback`."""
        compiled = BytesIO()
        write_mo(compiled, catalogue)
        compiled.seek(0)
        translations = GNUTranslations(compiled)
        if fallback:
            translations.add_fallback(fallback.translations)
        return cls(code, _locale(code), translations)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return self.locale.text_direction

    @property
    def name(self) -> str:
        """What its speakers call it, as its catalogue says."""
        return self.say("English")

    def say(self, message: str, /, **places: object) -> str:
        """A message in this language with its `{named}` places filled."""
        return self.translations.gettext(message).format_map(_Places(places))

    def count(self, one: str, many: str, number: int) -> str:
        """A message in the grammatical number that this language wants; `{number}` is the number."""
        return self.translations.ngettext(one, many, number).format(number=self.number(number))

    def number(self, number: float) -> str:
        """A number with this language's marks."""
        return format_decimal(number, locale=self.locale)

    def day(self, day: date) -> str:
        """A date with the month's name. Raises `TypeError` for an instant: its day depends on a zone."""
        if isinstance(day, datetime):
            raise TypeError("an instant has a day only in a zone")
        return format_date(day, "long", locale=self.locale)

    @property
    def day_as_typed(self) -> str:
        """A date as this language's readers type one: an example."""
        return "31/3/2027" if self.locale.language == SOURCE else "31.3.2027"

    @property
    def time_as_typed(self) -> str:
        """A time of day as this language's readers type one: an example."""
        return self._clock(time(17, 30))

    def day_of(self, moment: datetime, zone: str) -> str:
        """The date of an instant where it takes place, with the month's name."""
        return self.day(moment.astimezone(ZoneInfo(zone)).date())

    def time(self, moment: datetime, zone: str) -> str:
        """The time of day of an instant where it takes place."""
        return self._clock(moment.astimezone(ZoneInfo(zone)))

    def moment(self, moment: datetime, zone: str) -> str:
        """Weekday, date and time of an instant where it takes place."""
        local = moment.astimezone(ZoneInfo(zone))
        day = format_date(local, "full", self.locale)
        return self.say("{day}, {time}", day=day, time=self._clock(local))

    def _clock(self, local: _Local) -> str:
        return format_time(local, _CLOCKS.get(self.locale.language, "short"), locale=self.locale)

    def choose(self, by_language: Mapping[str, str]) -> str:
        """Of a text in several languages the one for this reader, else English, else whatever there is."""
        wanted = (by_language.get(code) for code in (self.code, self.locale.language, SOURCE, *by_language))
        return next((text for text in wanted if text), "")


def read_catalogue(folder: Path) -> Catalog:
    """The texts of all `*.po` files of a language's folder.

    Raises `ValueError` where two files say the same message differently.
    """
    code = folder.parent.name
    merged = Catalog(locale=str(_locale(code)))
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as source:
            part = read_po(source, locale=merged.locale, abort_invalid=True)
        for message in part:
            known = merged.get(message.id) if message.id else None
            if known and known.string != message.string:
                raise ValueError(f"{code}: {path.name} translates otherwise than another file: {message.id}")
            merged[message.id] = message
    return merged


def parent_of(code: str) -> str:
    """The language that a variant such as `fi-simple` varies, or nothing."""
    return code.rpartition("-")[0].removesuffix("-x")


def _locale(code: str) -> Locale:
    """How a language writes dates and numbers; its variants do so as it does."""
    written = code.partition("-")[0] if _VARIANT.search(code) else code
    return Locale.parse(_WRITTEN_AS_IN_EUROPE.get(written, written), sep="-")


class Languages:
    """English, which the texts are written in, and all languages that have a catalogue.

    The catalogue of a variant, such as plain Finnish, holds only what it says otherwise than its parent.
    """

    def __init__(self, folder: Path = LOCALES) -> None:
        self._all: dict[str, Language] = {}
        for path in sorted(folder.glob("*/LC_MESSAGES")):  # a variant comes after its parent
            if any(path.glob("*.po")):
                code = path.parent.name
                fallback = self._all.get(parent_of(code))
                self._all[code] = Language.of(read_catalogue(path), code, fallback)
        self._all[SOURCE] = Language(SOURCE, _locale(SOURCE), NullTranslations())

    def __iter__(self) -> Iterator[Language]:
        return iter(self._all.values())

    def known(self, code: str) -> bool:
        """Whether there is a catalogue of this language."""
        return code in self._all

    def choose(self, wanted: str, accepted: str = "") -> Language:
        """The language that somebody chose, else the best that the browser accepts, else the default."""
        for code in (wanted, *_by_preference(accepted)):
            if found := self._all.get(code) or self._all.get(code.partition("-")[0]):
                return found
        return self._all[DEFAULT]


def _by_preference(header: str) -> list[str]:
    """The codes of an `Accept-Language` header, best first; what cannot be read counts as unwanted."""
    weighed: list[tuple[float, str]] = []
    for part in header[:_LONGEST_HEADER].split(","):
        code, _, weight = part.partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            quality = 0.0
        if 0 < quality <= 1:
            weighed.append((-quality, code.strip().lower()))
    return [code for _, code in sorted(weighed, key=lambda each: each[0])]
