"""Invariants of every mail's words: its reader's language throughout, and nothing of the machinery."""

import re
from collections.abc import Iterator

from matka_cli.check.addressing import OWN_LANGUAGE
from matka_cli.check.evidence import Evidence
from matka_cli.check.mail import Mail
from matka_cli.check.violation import Violation
from matka_cli.check.words import CLOSINGS, GREETINGS, base_of, foreign_words

LEFTOVERS = "no mail shows the machinery behind it"

_MACHINERY = {
    "a template's brace": re.compile(r"\{\{|\}\}|\{%|%\}|\{#"),
    "a place to fill in": re.compile(r"%\(\w+\)[sd]?|\$\{\w*\}|\{\w+\}"),
    "a value that is not there": re.compile(r"\b(?:None|null|NaN|undefined|Undefined)\b"),
    "an error": re.compile(r"Traceback|\b\w+(?:Error|Exception)\b|<\w+ object at|\bstack trace\b"),
}


def machinery(evidence: Evidence) -> Iterator[Violation]:
    """No brace, placeholder, None or error stands in a subject, a text or a page."""
    for mail, wording in evidence.wording:
        for words in wording:
            for what, form in _MACHINERY.items():
                if found := form.search(words):
                    yield Violation(LEFTOVERS, mail.address, f"{what}: {found.group()!r}", mail.file)


def language(evidence: Evidence) -> Iterator[Violation]:
    """Subject, text and page are in the language that the mail says, from greeting to closing."""
    for mail, wording in evidence.wording:
        for problem in _problems(mail, wording):
            yield Violation(OWN_LANGUAGE, mail.address, problem, mail.file)


def _problems(mail: Mail, wording: list[str]) -> Iterator[str]:
    base = base_of(mail.language)
    greeting, closing = GREETINGS.get(base, ""), CLOSINGS.get(base, "")
    if not mail.text.startswith(greeting):
        yield f"does not begin with {greeting!r}"
    if closing not in mail.text:
        yield f"does not end with {closing!r}"
    found = {word for words in wording for word in foreign_words(words, mail.language)}
    if found:
        yield f"in {mail.language}, but says {', '.join(sorted(found))}"
