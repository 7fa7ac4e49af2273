"""Letters in their reader's language: one template per letter, rendered as text and as HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from jinja2 import Environment, PackageLoader, StrictUndefined, Template

_HERE = Path(__file__).parent
_SOURCE = "en"
_DOMAIN = "letters"
_LOCALES = {"en": "en_GB"}  # English as Europe writes its dates
AT = "%(day)s at %(hour)s:%(minute)s"  # a date with a time of day, which each catalogue puts its own way
_MANY_BLANK_LINES = re.compile(r"\n\s*\n+")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter's words; `summary` is what a calendar calls its occasion, empty where it has none."""

    subject: str
    text: str
    html: str
    summary: str


@lru_cache
def languages() -> tuple[str, ...]:
    """The languages that there is a catalogue for, and English, which the templates are written in."""
    found = (path.parent.parent.name for path in (_HERE / "locale").glob(f"*/LC_MESSAGES/{_DOMAIN}.po"))
    return tuple(sorted({_SOURCE, *found}))


def base_of(language: str) -> str:
    """The language that a variant such as plain Finnish (`fi-simple`) is one of."""
    return language.partition("-")[0]


def chosen(language: str, default: str) -> str:
    """The reader's language, or what it is a variant of, if letters are written in it; else the default."""
    return next((each for each in (language, base_of(language)) if each in languages()), default)


def title_in(title: Mapping[str, str], language: str) -> str:
    """A text of several languages in this one, else its base, else in English, else in any."""
    wanted = (title.get(each) for each in (language, base_of(language), _SOURCE, *title))
    return next((text for text in wanted if text), "")


class Writer:
    """Renders letters; what a template needs and was not given is an error, not a gap in a letter."""

    def __init__(self) -> None:
        self._inliner = css_inline.CSSInliner(keep_style_tags=False, load_remote_stylesheets=False)

    @staticmethod
    def templates() -> set[str]:
        """The letters that there are."""
        return {path.stem for path in (_HERE / "templates").glob("*.j2") if "." not in path.stem}

    def render(self, template: str, language: str, words: Mapping[str, Any]) -> Rendered:
        """One letter. `words` are its facts: names as plain text, instants aware, `timezone` their zone."""
        direction = Locale.parse(base_of(language)).text_direction
        context = {**words, "language": language, "direction": direction}
        plain = _environment(language, markup=False).get_template(f"{template}.j2")
        marked = _environment(language, markup=True).get_template(f"{template}.j2")
        subject, summary = (_block(plain, name, context) for name in ("subject", "summary"))
        return Rendered(
            subject=subject,
            text=_MANY_BLANK_LINES.sub("\n\n", plain.render(context, subject=subject)).strip() + "\n",
            html=self._inliner.inline(marked.render(context, subject=subject)),
            summary=summary,
        )


def _block(template: Template, name: str, context: Mapping[str, Any]) -> str:
    """One block of a template on one line, which the letter itself does not show."""
    if name not in template.blocks:
        return ""
    return " ".join("".join(template.blocks[name](template.new_context(dict(context)))).split())


@lru_cache
def _environment(language: str, *, markup: bool) -> Environment:
    medium = "html" if markup else "txt"
    environment = Environment(
        loader=PackageLoader("matka_notifications"),
        autoescape=markup,  # noqa: S701 - off for plain text only, which has no markup to escape
        undefined=StrictUndefined,
        auto_reload=False,  # they are part of the package: nobody changes them under a running service
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.install_gettext_translations(_translations(language), newstyle=True)  # type: ignore[attr-defined]  # added by the extension
    environment.globals |= {
        "moment": lambda moment, zone: _moment(moment, zone, language),
        "title": lambda texts: title_in(texts, language),
        "layout": f"layout.{medium}.j2",
        "macros": f"macros.{medium}.j2",
    }
    return environment


@lru_cache
def _translations(language: str) -> NullTranslations:
    """The catalogue of a language; a variant's holds what differs, and the rest comes from its base."""
    base = base_of(language)
    beneath = NullTranslations() if language == base else _translations(base)
    path = _HERE / "locale" / language / "LC_MESSAGES" / f"{_DOMAIN}.po"
    if not path.exists():
        return beneath
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=base))
    compiled.seek(0)
    translations = Translations(compiled)
    translations.add_fallback(beneath)
    return translations


def _moment(moment: datetime, zone: str, language: str) -> str:
    """An instant in its own zone, with weekday and time of day, as the language writes it."""
    local, base = moment.astimezone(ZoneInfo(zone)), base_of(language)
    day = format_date(local.date(), "full", Locale.parse(_LOCALES.get(base, base)))
    return _translations(language).gettext(AT) % {"day": day, "hour": local.hour, "minute": f"{local:%M}"}
