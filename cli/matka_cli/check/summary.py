"""The summary, counted again by somebody else: mails, API, tables and broker must say the same."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from matka_cli.check.asking import Json
from matka_cli.check.evidence import Evidence
from matka_cli.check.violation import Violation

SUMMARY = "the summary agrees with what is there"
TABLE = "pairs.csv agrees with the pairs"

_FILE = "summary.json"
_DECISIONS = ("admitted", "waiting", "declined", "referred")
_DOORS = {"training": "door_a", "self-study": "door_b", "waived": "waived", None: "not_ready"}
_REPLACED = "certificates.certificate-replaced.v1"
_ISSUED = "certificates.certificate-issued.v1"
_EVENTS = {  # counted on the timeline as well as by the API
    "pairing.pair-formed.v1": ("pairs", "formed"),
    "pairing.pair-declined.v1": ("pairs", "declined"),
    "scheduling.meeting-planned.v1": ("meetings", "planned"),
    "scheduling.meeting-moved.v1": ("meetings", "moved"),
    "scheduling.meeting-cancelled.v1": ("meetings", "cancelled"),
    _ISSUED: ("certificates", "issued"),
    _REPLACED: ("certificates", "replaced"),
}


def figures(evidence: Evidence) -> Iterator[Violation]:
    """Every figure of the summary is what an outsider counts."""
    said = evidence.folder.summary
    for name, counted in recount(evidence).items():
        if said.get(name) != counted:
            yield from _differences(name, said.get(name), counted)


def events(evidence: Evidence) -> Iterator[Violation]:
    """The timeline tells of as many events as the summary counts."""
    said, types = evidence.folder.summary, Counter(row["type"] for row in evidence.folder.timeline)
    for type_, (part, name) in _EVENTS.items():
        if said[part][name] != types[type_]:
            told = f"{said[part][name]}, but {types[type_]} × {type_}"
            yield Violation(SUMMARY, f"{part}.{name}", told, "timeline.csv")
    held, counted = sum(said["meetings"]["held"].values()), types["scheduling.meeting-held.v1"]
    if held != counted:
        yield Violation(SUMMARY, "meetings.held", f"{held}, but {counted} events", "timeline.csv")
    if said["events"]["published"] != len(evidence.folder.timeline):
        told = f"{said['events']['published']}, but {len(evidence.folder.timeline)} lines"
        yield Violation(SUMMARY, "events.published", told, "timeline.csv")


def table(evidence: Evidence) -> Iterator[Violation]:
    """Every pair that was formed stands in `pairs.csv` as the API tells it, and no other does."""
    listed = Counter(_listed(evidence, row) for row in evidence.folder.pairs)
    told: Counter[tuple[str, ...]] = Counter()
    for pair in evidence.formed:
        dates = (f"{moment:%Y-%m-%d}" if moment else "" for moment in (pair.formed, pair.ended))
        told[(evidence.who(pair.mentor), evidence.who(pair.mentee), *dates, str(pair.score))] += 1
    for row in sorted(listed - told):
        yield Violation(TABLE, row[1], f"listed, but not there: {', '.join(row)}", "pairs.csv")
    for row in sorted(told - listed):
        yield Violation(TABLE, row[1], f"there, but not listed: {', '.join(row)}", "pairs.csv")


def recount(evidence: Evidence) -> dict[str, Any]:
    """The summary's figures as they come out when they are counted again."""
    told = evidence.told
    found: dict[str, Any] = {
        "program": told.program["id"],
        "people": _people(evidence),
        "ready": _ready(evidence),
        "pairs": _pairs(evidence),
        "meetings": _meetings(evidence),
        "gatherings": _gatherings(evidence),
        "introductions": told.learning["introductions"],
        "goals": told.learning["goals"],
        "letters": _letters(evidence),
        "certificates": _certificates(evidence),
        "dead_letters": sum(count or 0 for name, count in evidence.queues.items() if name.endswith(".dead")),
        "outbox_left": 0,
    }
    if told.draft is not None:
        found["unmatched"] = _unmatched(evidence, told.draft)
    if "cases" in evidence.folder.summary:
        resolved = sum(case["status"] == "resolved" for case in told.cases)
        found["cases"] = {"opened": len(told.cases), "resolved": resolved}
    return found


def _people(evidence: Evidence) -> dict[str, int]:
    roles = Counter(each.role for each in evidence.cohort.applicants)
    statuses = Counter(row["status"] for row in evidence.told.applications)
    decided = {name: statuses[name] for name in _DECISIONS}
    return {"mentors": roles["mentor"], "mentees": roles["mentee"], **decided}


def _ready(evidence: Evidence) -> dict[str, int]:
    doors = Counter(row["door"] for row in evidence.told.readiness)
    return {name: doors[door] for door, name in _DOORS.items()}


def _pairs(evidence: Evidence) -> dict[str, int]:
    formed = evidence.formed
    mentees = Counter(pair.mentee for pair in formed)
    return {
        "formed": len(formed),
        "declined": sum(pair.status == "declined" for pair in evidence.told.pairs),
        "ended": sum(pair.ended_early for pair in formed),
        "rematched": sum(number - 1 for number in mentees.values()),
        "active_at_close": sum(pair.reached_the_end for pair in formed),
    }


def _meetings(evidence: Evidence) -> dict[str, Any]:
    meetings = evidence.told.meetings
    held = Counter(each.form for each in meetings if each.status == "held")
    return {
        "planned": sum(each.planned < each.starts for each in meetings),  # the others were only logged
        "moved": sum(each.moves for each in meetings),
        "cancelled": sum(each.status == "cancelled" for each in meetings),
        "held": dict(held),
    }


def _gatherings(evidence: Evidence) -> list[dict[str, Any]]:
    found = []
    for row in sorted(evidence.told.gatherings, key=lambda each: each["starts_at"]):
        places = evidence.told.places[row["id"]]
        found.append(
            {
                "kind": row["kind"],
                "held": row["status"] == "held",
                "signed_up": sum(place["seat"] > 0 for place in places),
                "attended": sum(place["attendance"] == "attended" for place in places),
            }
        )
    return found


def _letters(evidence: Evidence) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for mail in evidence.mails:
        found[mail.template][mail.language] += 1
    return {template: dict(languages) for template, languages in found.items()}


def _unmatched(evidence: Evidence, draft: Json) -> list[dict[str, Any]]:
    """Who stayed alone in the newest draft, and why."""
    return [
        {"person": evidence.who(line["person"]), "reasons": [reason["code"] for reason in line["reasons"]]}
        for line in draft["unmatched"]
    ]


def _certificates(evidence: Evidence) -> dict[str, int]:
    """How many people have, or had, one; editions that were replaced are on the timeline only."""
    replaced = sum(row["type"] == _REPLACED for row in evidence.folder.timeline)
    return {"issued": len(evidence.told.certificates), "replaced": replaced}


def _listed(evidence: Evidence, row: Mapping[str, str]) -> tuple[str, ...]:
    both = (_known_as(evidence, row[side]) for side in ("mentor", "mentee"))
    return (*both, row["formed"], row["ended"], row["score"])


def _known_as(evidence: Evidence, address: str) -> str:
    """Whoever has this address now or had it when they applied."""
    reader = evidence.readers.get(address.casefold())
    return reader.called if reader else address


def _differences(name: str, said: Any, counted: Any) -> Iterator[Violation]:
    """What differs, key by key where there are keys."""
    if isinstance(said, Mapping) and isinstance(counted, Mapping):
        for key in sorted(set(said) | set(counted)):
            if said.get(key) != counted.get(key):
                yield from _differences(f"{name}.{key}", said.get(key), counted.get(key))
        return
    yield Violation(SUMMARY, name, f"says {said}, counted {counted}", _FILE)
