"""Invariants of certificates: one for each who took part, in their name, and valid to anybody who asks."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import partial

from matka_cli.check.asking import Json
from matka_cli.check.evidence import Evidence
from matka_cli.check.paper import Paper, sha256_of
from matka_cli.check.text import plain, printed
from matka_cli.check.violation import Violation

ONE_EACH = "one certificate per participant who took part and none for others"
MAILED = "every certificate mailed once and as it lies in the folder"
NAMED = "every certificate in its holder's name"
VERIFIABLE = "every certificate verifiable by number and by file"
PARTICIPATION = "participation as it was recorded"

_REGISTER = "/api/register"
_CERTIFICATES = "/api/certificates/programs/…/certificates"
_PARTICIPATION = "/api/scheduling/programs/…/participation"
_MAILS = ("certificate", "certificate-replaced")


def holders(evidence: Evidence) -> Iterator[Violation]:
    """Once participation is sealed, who took part has one valid certificate; before, nobody has any."""
    violation = partial(Violation, ONE_EACH)
    held = Counter(row["person_id"] for row in evidence.told.certificates if row["status"] == "issued")
    expected = _took_part(evidence) if _is_sealed(evidence) else set()
    for person_id in sorted(expected | set(held)):
        if held[person_id] != int(person_id in expected):
            why = "took part" if person_id in expected else "nothing to certify"
            yield violation(evidence.who(person_id), f"{held[person_id]} certificates, {why}", _CERTIFICATES)


def participation(evidence: Evidence) -> Iterator[Violation]:
    """What counts for certificates is what the meetings and the attendance lists say."""
    told = {row["person_id"]: row for row in evidence.told.participation}
    met, came = _met(evidence), _came(evidence)
    for person_id in sorted(set(told) | set(met) | set(came)):
        row = told.get(person_id, {"meetings_held": 0, "gatherings": []})
        counted = (row["meetings_held"], {each["gathering_id"] for each in row["gatherings"]})
        recorded = (met[person_id], came[person_id])
        if counted != recorded:
            what = f"{counted[0]} meetings and {len(counted[1])} gatherings counted"
            what += f", {recorded[0]} and {len(recorded[1])} recorded"
            yield Violation(PARTICIPATION, evidence.who(person_id), what, _PARTICIPATION)


def mailed(evidence: Evidence) -> Iterator[Violation]:
    """When the program has closed each holder has got each edition once; the last lies in the folder."""
    papers: dict[str, list[Paper]] = defaultdict(list)
    for paper in evidence.folder.papers:
        reader = evidence.readers.get(paper.address.casefold())
        papers[reader.id if reader else paper.address].append(paper)
    held = {row["person_id"] for row in evidence.told.certificates if row["released"]}
    for person_id in sorted(held | set(papers)):
        who, mails, kept = evidence.who(person_id), evidence.got(person_id, *_MAILS), papers[person_id]
        if len(kept) != 1:
            yield Violation(MAILED, who, f"{len(kept)} files of their certificate", "certificates/")
        if not mails or any(len(mail.pdfs) != 1 for mail in mails):
            yield Violation(
                MAILED, who, f"{len(mails)} mails, not each with one PDF", _files(evidence, person_id)
            )
            continue
        sent = [sha256_of(mail.pdfs[0]) for mail in mails]
        if len(set(sent)) < len(sent):
            yield Violation(MAILED, who, "the same certificate came twice", _files(evidence, person_id))
        if kept and kept[0].sha256 != sent[-1]:
            yield Violation(MAILED, who, f"{mails[-1].file} brought another file", kept[0].file)


def papers(evidence: Evidence) -> Iterator[Violation]:
    """Each PDF has its holder's present name, in its title and on its page, and one number: theirs."""
    numbers = {row["person_id"]: row["number"] for row in evidence.told.certificates}
    for paper in evidence.folder.papers:
        reader = evidence.readers.get(paper.address.casefold())
        if reader is None or not reader.id:
            yield Violation(NAMED, paper.address, "nobody of the cohort", paper.file)
            continue
        name = plain(reader.names[-1])
        if not plain(paper.title).endswith(f"– {name}"):
            yield Violation(NAMED, reader.called, f"titled {paper.title!r}, not for {name!r}", paper.file)
        if not printed(paper.text, name):
            yield Violation(NAMED, reader.called, f"{name!r} does not stand on it", paper.file)
        if paper.numbers != {numbers.get(reader.id)}:
            told = f"bears {', '.join(sorted(paper.numbers)) or 'no number'}, not {numbers.get(reader.id)}"
            yield Violation(NAMED, reader.called, told, paper.file)


def register(evidence: Evidence) -> Iterator[Violation]:
    """The public register calls each valid certificate valid, by number and by file, in the same name."""
    told = evidence.told
    for row in told.certificates:
        if row["status"] == "issued":
            who, entry = evidence.who(row["person_id"]), told.register.get(row["number"])
            yield from _entry(evidence, row["person_id"], who, entry, f"{_REGISTER}/{row['number']}")
    for paper in evidence.folder.papers:
        reader = evidence.readers.get(paper.address.casefold())
        if reader is not None:
            entry = told.files.get(paper.sha256)
            yield from _entry(evidence, reader.id, reader.called, entry, paper.file)
    yield from _mailed_editions(evidence)


def _mailed_editions(evidence: Evidence) -> Iterator[Violation]:
    """Every file that was ever mailed is known, as valid or as replaced by a later one."""
    for mail in evidence.mails:
        for pdf in mail.pdfs:
            entry = evidence.told.files.get(sha256_of(pdf))
            if entry is None or entry["status"] not in {"valid", "replaced", "revoked"}:
                yield Violation(VERIFIABLE, mail.address, "the register does not know the file", mail.file)


def _entry(
    evidence: Evidence, person_id: str, who: str, entry: Json | None, where: str
) -> Iterator[Violation]:
    if entry is None or entry["status"] != "valid":
        standing = entry["status"] if entry else "not known"
        yield Violation(VERIFIABLE, who, f"is {standing} on the register", where)
        return
    reader = evidence.people.get(person_id)
    if reader and plain(entry["holder_name"]) != plain(reader.names[-1]):
        yield Violation(VERIFIABLE, who, f"registered for {entry['holder_name']!r}", where)


def _is_sealed(evidence: Evidence) -> bool:
    return any(row["seal"] for row in evidence.told.participation)


def _took_part(evidence: Evidence) -> set[str]:
    """Everybody with a meeting or a gathering: at the closing event certificates are handed out already."""
    closing = {row["id"] for row in evidence.told.gatherings if row["kind"] == "closing"}
    came = {person_id for person_id, gatherings in _came(evidence).items() if gatherings - closing}
    return came | {person_id for person_id, number in _met(evidence).items() if number}


def _met(evidence: Evidence) -> Counter[str]:
    """How many meetings each person held."""
    held = (each for each in evidence.told.meetings if each.status == "held")
    return Counter(person_id for meeting in held for person_id in meeting.people)


def _came(evidence: Evidence) -> dict[str, set[str]]:
    """The gatherings at which each participant was."""
    found: dict[str, set[str]] = defaultdict(set)
    for gathering, places in evidence.told.places.items():
        for place in places:
            if place["attendance"] == "attended":
                found[place["person_id"]].add(gathering)
    return found


def _files(evidence: Evidence, person_id: str) -> str:
    return ", ".join(mail.file for mail in evidence.got(person_id, *_MAILS)) or "mail/"
