"""Invariants of every mail's envelope: to somebody of the cohort, by name, in their language, once."""

from collections.abc import Callable, Iterator, Sequence

from matka_cli.check.evidence import Evidence, Reader
from matka_cli.check.mail import Mail
from matka_cli.check.text import mentions, plain
from matka_cli.check.violation import Violation
from matka_cli.check.words import written_in

STRANGER = "nobody addressed who is not in the cohort"
TWICE = "no mail twice"
RIGHT_NAME = "every mail in the right name"
OWN_LANGUAGE = "every mail in its reader's language"


def strangers(evidence: Evidence) -> Iterator[Violation]:
    """Every address is somebody's."""
    for mail in evidence.mails:
        if mail.address.casefold() not in evidence.readers:
            yield Violation(STRANGER, mail.address, f"got {mail.template}", mail.file)


def twice(evidence: Evidence) -> Iterator[Violation]:
    """No Message-ID comes again, nor the same words to the same person at the same moment.

    Where a fault left it open whether a mail had arrived it may come again, and to the same person.
    """
    may = evidence.faults.get("may_be_twice", 0)
    for number, (first, mail) in enumerate(evidence.copies):
        if number >= may or (mail.address, mail.template) != (first.address, first.template):
            yield Violation(TWICE, mail.address, f"same Message-ID as {first.file}", mail.file)
    said: dict[tuple[object, ...], Mail] = {}
    for mail in evidence.letters:
        words = (mail.address.casefold(), mail.template, mail.subject, plain(mail.text), mail.sent)
        first = said.setdefault(words, mail)
        if first is not mail:
            yield Violation(TWICE, mail.address, f"same words as {first.file}", mail.file)


def names(evidence: Evidence) -> Iterator[Violation]:
    """Header and greeting call people what they are called; after a change, by the new name only."""
    for reader, mails in _read_by_each(evidence):
        yield from _in_turn(reader, reader.names, mails, _called, RIGHT_NAME)


def languages(evidence: Evidence) -> Iterator[Violation]:
    """Header and page are marked with the reader's language, or the one that stands in for it."""
    for reader, mails in _read_by_each(evidence):
        wanted = list(dict.fromkeys(written_in(each) for each in reader.languages))
        yield from _in_turn(reader, wanted, mails, _marked, OWN_LANGUAGE)


def _in_turn(
    reader: Reader,
    values: Sequence[str],
    mails: Sequence[Mail],
    shows: Callable[[Mail, str], str],
    invariant: str,
) -> Iterator[Violation]:
    """Each mail shows the value of its time: whoever has been shown the new one never sees the old again.

    `shows` says what is wrong with a mail for a value, nothing if it is right.
    """
    reached = 0
    for mail in mails:
        wrong = [shows(mail, value) for value in values]
        right = [place for place, problem in enumerate(wrong) if not problem and place >= reached]
        if right:
            reached = right[0]
        else:
            yield Violation(invariant, reader.called, wrong[reached], mail.file)


def _called(mail: Mail, name: str) -> str:
    """The text's first line and the page greet by name; the header carries it too."""
    wanted = plain(name)
    if plain(mail.name) != wanted:
        return f"the header says {mail.name!r}, not {wanted!r}"
    greeting = mail.text.strip().split("\n\n")[0]
    if not mentions(greeting, wanted):
        return f"greeted as {greeting!r}, not as {wanted!r}"
    return "" if mentions(mail.page, wanted) else f"the page does not greet {wanted!r}"


def _marked(mail: Mail, language: str) -> str:
    if mail.language != language:
        return f"marked as {mail.language!r}, not as {language!r}"
    return "" if f'<html lang="{language}"' in mail.html else f"its page is not marked as {language!r}"


def _read_by_each(evidence: Evidence) -> Iterator[tuple[Reader, list[Mail]]]:
    found: dict[str, tuple[Reader, list[Mail]]] = {}
    for mail in evidence.mails:
        if reader := evidence.readers.get(mail.address.casefold()):
            found.setdefault(reader.called, (reader, []))[1].append(mail)
    yield from found.values()
