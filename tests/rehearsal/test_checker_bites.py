"""The checker finds nothing in a good rehearsal, and names each invariant when one thing is broken."""

import csv
import json
from pathlib import Path

import pytest

from matka_cli.check import (
    addressing,
    certificates,
    invitations,
    leftovers,
    pairs,
    reminders,
    summary,
    wording,
)
from tests.support.broken_pairs import CALENDAR, NOUR, PAIRS
from tests.support.broken_papers import CERTIFICATES, MACHINERY, MAILS
from tests.support.checked import Trail, recorded
from tests.support.rehearsed import rehearse

pytestmark = pytest.mark.timeout(600)
COHORT = Path(__file__).parents[1] / "e2e" / "cohort"


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Trail, int, str]:
    """One rehearsal, opened once: what there is to read of it, and the command's verdict and words."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", "unix:///nonexistent")  # the mails must come into the folder
        out = tmp_path_factory.mktemp("checked") / "out"
        run = rehearse(COHORT, out, patience=400)
        assert run.status == 0, run.said
        trail, said = recorded(out, COHORT)
    return trail, said.returncode, said.stdout + said.stderr


@pytest.fixture
def trail(finished: tuple[Trail, int, str], tmp_path: Path) -> Trail:
    """A copy to break."""
    return finished[0].copied(tmp_path)


def test_a_good_rehearsal_keeps_every_invariant(finished: tuple[Trail, int, str], trail: Trail) -> None:
    _, status, said = finished
    assert (status, said) == (0, "Every invariant is kept.\n")
    assert trail.judged() == []


ALL = PAIRS | CALENDAR | CERTIFICATES | MAILS | MACHINERY


@pytest.mark.parametrize("broken", ALL)
def test_what_is_broken_is_named(broken: str, trail: Trail) -> None:
    invariant, who, break_it = ALL[broken]
    break_it(trail)
    found = trail.judged()
    assert (invariant, who) in {(each.invariant, each.who) for each in found}, found


_FIGURES = (
    "people.mentors",
    "people.mentees",
    "people.admitted",
    "people.waiting",
    "people.declined",
    "people.referred",
    "ready.door_a",
    "ready.door_b",
    "ready.waived",
    "ready.not_ready",
    "pairs.formed",
    "pairs.declined",
    "pairs.ended",
    "pairs.rematched",
    "pairs.active_at_close",
    "meetings.planned",
    "meetings.moved",
    "meetings.cancelled",
    "meetings.held.video",
    "meetings.held.phone",
    "introductions",
    "goals.set",
    "goals.reached",
    "letters.certificate.fi",
    "letters.meeting-reminder.sv",
    "certificates.issued",
    "certificates.replaced",
    "dead_letters",
    "events.published",
)


@pytest.mark.parametrize("figure", _FIGURES)
def test_a_wrong_figure_of_the_summary_is_named(figure: str, trail: Trail) -> None:
    path = trail.out / "summary.json"
    said = json.loads(path.read_text("utf-8"))
    *where, last = figure.split(".")
    part = said
    for name in where:
        part = part[name]
    part[last] += 1
    path.write_text(json.dumps(said), "utf-8")
    assert (summary.SUMMARY, figure) in {(each.invariant, each.who) for each in trail.judged()}


def test_a_wrong_gathering_of_the_summary_is_named(trail: Trail) -> None:
    trail.rewrite("summary.json", '"attended": 2', '"attended": 3')
    assert (summary.SUMMARY, "gatherings") in {(each.invariant, each.who) for each in trail.judged()}


def test_what_a_rehearsal_broke_on_purpose_is_no_violation(trail: Trail) -> None:
    trail.breaks(may_be_twice=1, planted=[{"service": "people", "event_id": "planted"}])
    trail.rewrite("summary.json", '"dead_letters": 0', '"dead_letters": 1')
    trail.queues["people.dead"], trail.dead["people.dead"] = 1, ["planted"]
    trail.mail("pair-formed").copied(99998)
    assert trail.judged() == []
    trail.mail("pair-formed").copied(99999)
    assert {each.invariant for each in trail.judged()} == {addressing.TWICE}


def test_every_invariant_has_been_broken() -> None:
    modules = (pairs, invitations, reminders, certificates, addressing, wording, leftovers, summary)
    known = {
        value
        for module in modules
        for name, value in vars(module).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, str)
    }
    assert {invariant for invariant, _, _ in ALL.values()} == known


def test_somebody_with_a_new_address_is_known_by_both(trail: Trail) -> None:
    persons = trail.answer("/lookup")["persons"]
    next(person for person in persons if person["email"] == NOUR)["email"] = "nour@new.example"
    trail.mail("certificate", NOUR).mark("To", "نور الهدى الشامي <nour@new.example>")
    trail.paper(NOUR).rename(trail.paper("nour@new.example"))
    rows = [*csv.reader((trail.out / "pairs.csv").read_text("utf-8").splitlines())]
    text = "\n".join(",".join(cell.replace(NOUR, "nour@new.example") for cell in row) for row in rows)
    (trail.out / "pairs.csv").write_text(text + "\n", "utf-8")
    assert trail.judged() == []
