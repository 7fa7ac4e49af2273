"""What a mail's headers say, decoded for people; a header that cannot be decoded is shown as it came."""

from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody in From or To."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Summary:
    """One mail as a line of the list."""

    number: int
    to: tuple[Correspondent, ...]
    sender: tuple[Correspondent, ...]
    subject: str
    template: str
    date: str
    language: str

    def matches(self, words: str) -> bool:
        """Whether all words stand in subject, template, names or addresses, in upper or lower case."""
        people = (text for each in (*self.to, *self.sender) for text in (each.name, each.address))
        text = "\n".join((self.subject, self.template, *people)).casefold()
        return all(word in text for word in words.casefold().split())


def summary(number: int, message: Message) -> Summary:
    """The headers of a mail."""
    return Summary(
        number=number,
        to=_people(message, "To"),
        sender=_people(message, "From"),
        subject=_decoded(_raw(message, "Subject")),
        template=_decoded(_raw(message, "X-Matka-Template")),
        date=_minute(_raw(message, "Date")),
        language=_decoded(_raw(message, "Content-Language")),
    )


def _raw(message: Message, name: str) -> str:
    """The first such header, unfolded but not decoded: parsing before decoding tears words apart."""
    found = (str(value) for key, value in message.raw_items() if key.lower() == name.lower())
    unfolded = "".join(next(found, "").splitlines())
    return unfolded.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _decoded(raw: str) -> str:
    try:
        return str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, ValueError):
        return raw


def _people(message: Message, name: str) -> tuple[Correspondent, ...]:
    raw = _raw(message, name)
    found = tuple(Correspondent(_decoded(name), address) for name, address in getaddresses([raw]) if address)
    return found or ((Correspondent(_decoded(raw), ""),) if raw else ())


def _minute(raw: str) -> str:
    try:
        moment: datetime = parsedate_to_datetime(raw)
    except ValueError:
        return raw
    return f"{moment:%Y-%m-%d %H:%M}"
