"""Every letter as it arrives: its structure, its language in every part, names of any script."""

import re
from email.message import EmailMessage, MIMEPart
from functools import cache

import pytest
from babel.messages.pofile import read_po

from matka_contracts.event import Event
from matka_notifications.rendering import languages
from tests.support.mail_room import text_of
from tests.support.mothers_notifications import (
    NAMES,
    WITH_AN_INVITATION,
    WITH_FOR_INFORMATION,
    a_mail_of,
    received,
    templates,
)
from tests.unit.notifications.test_rendering import CATALOGUES

TEMPLATES = sorted(templates().items())
EACH_TEMPLATE = pytest.mark.parametrize(("template", "kind"), TEMPLATES, ids=[name for name, _ in TEMPLATES])
_SHORTEST_FRAGMENT = 5


@cache
def english() -> tuple[str, ...]:
    """The fixed words of every text that Finnish or Swedish says otherwise, longer ones in pieces."""
    found: set[str] = set()
    for path in CATALOGUES.values():
        with path.open("rb") as source:
            for message in read_po(source):
                if message.id and message.id != message.string:
                    found.update(
                        each.strip(" .,:?!") for each in re.split(r"%\(\w+\)s|[.:;?!,]", str(message.id))
                    )
    return tuple(sorted(each for each in found if len(each) >= _SHORTEST_FRAGMENT))


def english_in(mail: EmailMessage) -> list[str]:
    """The English words that a letter says, in its subject, its text or its calendar file."""
    files = [str(each.get_content()) for each in mail.walk() if each.get_content_type() == "text/calendar"]
    said = " ".join([str(mail["Subject"]), text_of(mail), *files])
    return [each for each in english() if re.search(rf"\b{re.escape(each)}\b", said)]


def shape(part: MIMEPart) -> object:
    """The kinds of a mail's parts as they lie in each other."""
    kind = part.get_content_type()
    return {kind: [shape(each) for each in part.iter_parts()]} if part.is_multipart() else kind


ALTERNATIVES = ["text/plain", "text/html"]


@EACH_TEMPLATE
def test_every_letter_has_text_and_html_and_what_belongs_to_it(template: str, kind: type[Event]) -> None:
    mail = received(a_mail_of(template, kind, "fi"))
    plain: object = {"multipart/alternative": ALTERNATIVES}
    if template in WITH_AN_INVITATION:
        parts = {"multipart/alternative": [*ALTERNATIVES, "text/calendar"]}
        assert shape(mail) == {"multipart/mixed": [parts, "application/ics"]}
    elif template in WITH_FOR_INFORMATION:
        assert shape(mail) == {"multipart/mixed": [plain, "text/calendar"]}
    else:
        assert shape(mail) == plain
    assert mail["X-Matka-Template"] == template


@pytest.mark.parametrize("language", languages())
@EACH_TEMPLATE
def test_every_letter_says_its_language_in_every_part(
    template: str, kind: type[Event], language: str
) -> None:
    mail = received(a_mail_of(template, kind, language))
    assert mail["Content-Language"] == language
    markup = mail.get_body(("html",))
    assert markup is not None
    assert f'<html lang="{language}" dir="ltr">' in str(markup.get_content())


@pytest.mark.parametrize("language", ["fi", "fi-simple", "sv"])
@EACH_TEMPLATE
def test_no_english_is_left_in_a_finnish_or_swedish_letter(
    template: str, kind: type[Event], language: str
) -> None:
    for by in ("", "reader", "other"):
        mail = received(a_mail_of(template, kind, language, by=by, role="mentor", self_study=True))
        assert english_in(mail) == []


@EACH_TEMPLATE
def test_the_search_for_english_finds_it_in_english_letters(template: str, kind: type[Event]) -> None:
    assert len(english_in(received(a_mail_of(template, kind, "en")))) >= 3


@pytest.mark.parametrize("name", NAMES)
@EACH_TEMPLATE
def test_a_name_of_any_kind_makes_one_whole_letter(template: str, kind: type[Event], name: str) -> None:
    mail = received(a_mail_of(template, kind, "sv", name=name, other=name, place=name))
    assert len(mail["To"].addresses) == 1
    assert name in text_of(mail).replace("\r\n", "\n")
    assert "Bcc" not in mail
    assert all(part.get_content() is not None for part in mail.walk() if not part.is_multipart())
