"""All that was read, side by side, and who is who in it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from matka_cli.check.asking import Json
from matka_cli.check.cohort import Applicant, Cohort
from matka_cli.check.folder import Folder
from matka_cli.check.mail import Mail
from matka_cli.check.text import Named, plain
from matka_cli.check.told import Meeting, Pair, Told

SIGN_IN = "sign-in"
_ASKED = "people.sign-in-requested.v1"


@dataclass(frozen=True)
class Reader:
    """Somebody whom mails go to: each fact as the cohort has it and, where it changed, as it is now."""

    id: str
    names: Sequence[str]
    addresses: Sequence[str]
    languages: Sequence[str]
    applicant: Applicant | None = None
    reminders: bool = True

    @property
    def called(self) -> str:
        """What a violation calls them."""
        return self.addresses[0]


@dataclass(frozen=True)
class Evidence:
    """Files, answers and counts of one rehearsal."""

    folder: Folder
    cohort: Cohort
    told: Told
    queues: Mapping[str, int | None]
    dead: Mapping[str, Sequence[str]] = field(default_factory=dict)  # event ids by dead letters' queue

    @property
    def mails(self) -> list[Mail]:
        """The rehearsal's mails; where a fault may have doubled some, each letter once."""
        return self.letters if self.faults.get("may_be_twice") else self.received

    @cached_property
    def letters(self) -> list[Mail]:
        """The rehearsal's letters, each as it came first, however often the mail server was given it."""
        first: dict[str, Mail] = {}
        for mail in self.received:
            first.setdefault(mail.message_id, mail)
        return [*first.values()]

    @cached_property
    def copies(self) -> list[tuple[Mail, Mail]]:
        """What came again: each letter as it came first, with what came later by the same Message-ID."""
        first = {mail.message_id: mail for mail in self.letters}
        return [
            (first[mail.message_id], mail) for mail in self.received if mail is not first[mail.message_id]
        ]

    @property
    def faults(self) -> Json:
        """What the rehearsal broke on purpose, as its summary tells; nothing where it broke nothing."""
        return self.folder.summary.get("faults") or {}

    @cached_property
    def received(self) -> list[Mail]:
        """The rehearsal's mails: not those of people who looked around later, nor the checker's own."""
        requests = {row["subject"] for row in self.folder.timeline if row["type"] == _ASKED}
        return [
            mail
            for mail in self.folder.mails
            if mail.sent <= self.folder.ended and (mail.sign_in is None or mail.sign_in[0] in requests)
        ]

    @cached_property
    def readers(self) -> dict[str, Reader]:
        """Everybody of the cohort by each of their addresses."""
        known = [*self._applicants(), *self._staff()]
        return {address.casefold(): reader for reader in known for address in reader.addresses}

    @cached_property
    def people(self) -> dict[str, Reader]:
        """The participants by their ids."""
        return {reader.id: reader for reader in self.readers.values() if reader.id}

    @cached_property
    def inboxes(self) -> dict[str, list[Mail]]:
        """The mails by a participant's id, in order of arrival."""
        found: dict[str, list[Mail]] = defaultdict(list)
        for mail in self.mails:
            if (reader := self.readers.get(mail.address.casefold())) and reader.id:
                found[reader.id].append(mail)
        return found

    @cached_property
    def meetings(self) -> dict[str, list[Meeting]]:
        """The meetings by each of their two people."""
        found: dict[str, list[Meeting]] = defaultdict(list)
        for meeting in self.told.meetings:
            for person_id in meeting.people:
                found[person_id].append(meeting)
        return found

    @cached_property
    def wording(self) -> list[tuple[Mail, list[str]]]:
        """Each mail with its subject, text and page, without what people and staff have named."""
        names = {name for reader in self.readers.values() for name in reader.names}
        named = Named(self.cohort.texts | names)
        return [(m, [named.without(each) for each in (m.subject, m.text, m.page)]) for m in self.mails]

    @property
    def zone(self) -> ZoneInfo:
        """The program's zone."""
        return ZoneInfo(self.told.program["timezone"])

    @property
    def formed(self) -> list[Pair]:
        """The pairs that both sides accepted, in order of time."""
        return sorted((each for each in self.told.pairs if each.formed), key=_start)

    def got(self, person_id: str, *templates: str) -> list[Mail]:
        """A participant's mails of these kinds."""
        return [mail for mail in self.inboxes.get(person_id, []) if mail.template in templates]

    def who(self, person_id: str) -> str:
        """What a violation calls a person."""
        reader = self.people.get(person_id)
        return reader.called if reader else person_id

    def _applicants(self) -> Iterator[Reader]:
        """Every row of the cohort with what became of its person; without one it stands alone."""
        rows = {each.email.casefold(): each for each in self.cohort.applicants}
        now = dict(self.told.persons)
        found = {person["email"].casefold(): id_ for id_, person in now.items()}
        matched = {email: found[email] for email in rows if email in found}
        moved = [id_ for id_ in now if id_ not in matched.values()]
        for email, row in rows.items():
            id_ = matched.get(email) or _moved(row, moved, now)
            yield _reader(row, id_, now.get(id_))

    def _staff(self) -> Iterator[Reader]:
        for each in self.cohort.staff:
            yield Reader("", (each.name,), (each.email,), (each.language,))


def _moved(row: Applicant, candidates: list[str], now: Mapping[str, Json]) -> str:
    """Whoever has another address now: by their name, or the only one who is left."""
    same = [id_ for id_ in candidates if plain(now[id_]["name"]) == plain(row.name)]
    if not same and len(candidates) == 1:
        same = candidates[:]
    if not same:
        return ""
    candidates.remove(same[0])
    return same[0]


def _reader(row: Applicant, id_: str, now: Json | None) -> Reader:
    """A row and its person."""
    present = now or {}
    return Reader(
        id=id_,
        names=_then_now(row.name, present.get("name")),
        addresses=_then_now(row.email, present.get("email")),
        languages=_then_now(row.language, present.get("language")),
        applicant=row,
        reminders=present.get("reminders", True),
    )


def _then_now(then: str, now: str | None) -> tuple[str, ...]:
    return (then,) if now is None or plain(now).casefold() == plain(then).casefold() else (then, now)


def _start(pair: Pair) -> datetime:
    assert pair.formed is not None  # noqa: S101 - asked of formed pairs alone
    return pair.formed
