"""What a rehearsal leaves behind: summary, pairs, timeline, certificates, and whom to sign in as."""

import csv
import json
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from matka_cli.rehearse import guides
from matka_cli.rehearse.production import Production
from matka_contracts.certificates import CertificateIssued, CertificateReplaced
from matka_contracts.event import Event
from matka_contracts.learning import GoalReached, GoalSet, IntroductionMade
from matka_contracts.pairing import CaseOpened, CaseResolved, PairDeclined, PairEnded, PairFormed
from matka_contracts.scheduling import (
    AttendanceRecorded,
    MeetingCancelled,
    MeetingHeld,
    MeetingMoved,
    MeetingPlanned,
    SignUpConfirmed,
)
from matka_contracts.terms import Door, Role


async def summarise(show: Production) -> dict[str, Any]:
    """The counts of the whole program; machine figures are added by the caller."""
    counts = await show.hands.get(show.coordinator, f"/pairing/programs/{show.program_id}/counts")
    pairs = await show.pairs()
    return {
        "program": show.program_id,
        "parts": show.applicants.as_facts() | show.parts.as_facts() | _changed(show),
        "people": _people(counts),
        "ready": {
            "door_a": counts["mentors"].get(Door.TRAINING, 0),
            "door_b": counts["mentors"].get(Door.SELF_STUDY, 0),
            "waived": counts["mentors"].get(Door.WAIVED, 0),
            "not_ready": sum(number for at, number in counts["mentors"].items() if at not in {*Door}),
        },
        "pairs": _pairs(show, pairs),
        "unmatched": [
            {"person": show.person(each["person"]).email, "reasons": [why["code"] for why in each["reasons"]]}
            for each in show.unmatched
        ],
        "meetings": _meetings(show),
        "gatherings": _gatherings(show),
        "introductions": _count(show, IntroductionMade),
        "goals": {"set": _count(show, GoalSet), "reached": _count(show, GoalReached)},
        "cases": {"opened": _count(show, CaseOpened), "resolved": _count(show, CaseResolved)},
        "letters": _letters(show),
        "certificates": {
            "issued": _count(show, CertificateIssued),
            "replaced": _count(show, CertificateReplaced),
        },
    }


def _changed(show: Production) -> dict[str, dict[str, str]]:
    """The names and addresses that people have now, by the address that they applied with."""
    known = {row.name.casefold() for row in show.cohort.rows}
    return {
        "names": {each.email: each.name for each in show.participants if each.name.casefold() not in known},
        "addresses": {each.email: each.address for each in show.participants if each.address != each.email},
    }


def _count(show: Production, kind: type[Event]) -> int:
    return len(show.recording.of(kind))


def _people(counts: dict[str, Any]) -> dict[str, int]:
    by_role = counts["applications"]
    statuses: Counter[str] = Counter()
    for role in by_role.values():
        statuses.update(role)
    found = {f"{role}s": sum(by_role.get(role, {}).values()) for role in (Role.MENTOR, Role.MENTEE)}
    return found | {name: statuses.get(name, 0) for name in ("admitted", "waiting", "declined", "referred")}


def _pairs(show: Production, pairs: list[dict[str, Any]]) -> dict[str, int]:
    formed = show.recording.of(PairFormed)
    mentees = Counter(entry.event.mentee_id for entry in formed if isinstance(entry.event, PairFormed))
    early = [pair for pair in pairs if pair["status"] == "ended" and pair["end_reason"] != "program-closed"]
    return {
        "formed": len(formed),
        "declined": _count(show, PairDeclined),
        "ended": len(early),
        "rematched": sum(number - 1 for number in mentees.values()),
        "active_at_close": _count(show, PairEnded) - len(early),
    }


def _meetings(show: Production) -> dict[str, Any]:
    held = Counter(
        entry.event.form.value
        for entry in show.recording.of(MeetingHeld)
        if isinstance(entry.event, MeetingHeld)
    )
    return {
        "planned": _count(show, MeetingPlanned),
        "moved": _count(show, MeetingMoved),
        "cancelled": _count(show, MeetingCancelled),
        "held": dict(sorted(held.items())),
    }


def _gatherings(show: Production) -> list[dict[str, Any]]:
    signed_up: Counter[str] = Counter()
    attended: dict[str, dict[str, bool]] = defaultdict(dict)
    for entry in show.recording.entries:
        if isinstance(entry.event, SignUpConfirmed):
            signed_up[entry.event.gathering_id] += 1
        if isinstance(entry.event, AttendanceRecorded):
            attended[entry.event.gathering_id][entry.event.person_id] = entry.event.attended
    return [
        {
            "kind": each.table.kind.value,
            "held": bool(attended[each.id]),
            "signed_up": signed_up[each.id],
            "attended": sum(attended[each.id].values()),
        }
        for each in show.gatherings
    ]


def _letters(show: Production) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for mail in show.mailroom.all:
        found[mail.template][mail.language] += 1
    return {template: dict(sorted(languages.items())) for template, languages in sorted(found.items())}


async def write_files(show: Production, summary: dict[str, Any]) -> None:
    """Write everything into the output folder."""
    out = show.out
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", "utf-8")
    await _write_pairs(show, out / "pairs.csv")
    with (out / "timeline.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("moment", "type", "subject"))
        for entry in sorted(show.recording.entries, key=lambda each: (each.moment, each.type, each.subject)):
            table.writerow((entry.moment.isoformat(), entry.type, entry.subject))
    folder = out / "certificates"
    folder.mkdir(exist_ok=True)
    for mail in show.mailroom.all:
        if mail.template == "certificate" and (content := mail.attachment()):
            (folder / f"{mail.recipient.replace('/', '_')}.pdf").write_bytes(content)
    guides.write(show)


async def _write_pairs(show: Production, path: Path) -> None:
    pairs = await show.pairs()
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("mentor", "mentee", "formed", "ended", "score"))
        for pair in sorted(pairs, key=lambda each: each["formed_at"] or ""):
            if pair["formed_at"] is None:
                continue
            mentor, mentee = show.members(pair)
            dates = [(pair[key] or "")[:10] for key in ("formed_at", "ended_at")]
            table.writerow((mentor.email, mentee.email, *dates, pair["score"]))
