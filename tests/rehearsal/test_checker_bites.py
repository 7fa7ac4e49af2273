"""The checker finds nothing in a good rehearsal, and names each invariant when one thing is broken."""

import csv
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter

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
from tests.support.checked import Trail, recorded
from tests.support.rehearsed import rehearse

pytestmark = pytest.mark.timeout(600)
COHORT = Path(__file__).parents[1] / "e2e" / "cohort"
MAIJA, BJORN, NIAMH = "maija@mentors.example", "bjorn@mentors.example", "niamh@mentors.example"
NOUR, OLENA = "nour@mentees.example", "olena@mentees.example"
UNREADY, ALONE = "vaino@mentors.example", "meiling@mentees.example"
_LAST = 90_000

Break = Callable[[Trail], object]


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


def _pairs(trail: Trail) -> Any:
    return next(found["pairs"] for key, found in trail.answers.items() if key.endswith("/pairs? "))


def _pair_of(trail: Trail, side: str, address: str) -> Any:
    return next(pair for pair in _pairs(trail) if pair[f"{side}_id"] == trail.person(address))


def _meeting_of(trail: Trail, address: str) -> Any:
    """Somebody's first meeting."""
    wanted = trail.person(address)
    return next(
        meeting
        for key, found in trail.answers.items()
        if "/meetings" in key
        for meeting in found["meetings"]
        if wanted in {meeting["mentor_id"], meeting["mentee_id"]}
    )


def _two_pairs(trail: Trail) -> None:
    """Olena is given to Maija too, in the last month."""
    second = _pair_of(trail, "mentee", OLENA) | {"id": "second", "mentor_id": trail.person(MAIJA)}
    _pairs(trail).append(second | {"formed_at": "2027-04-01T10:00:00+00:00"})


def _unready_door(trail: Trail) -> None:
    lines = trail.answer("/readiness")["mentors"]
    next(line for line in lines if line["person_id"] == trail.person(BJORN))["door"] = None


def _no_common_language(trail: Trail) -> None:
    trail.rewrite("people.csv", "uk:C2;sv:B1", "uk:C2;sv:A2")


def _told_too_late(trail: Trail) -> None:
    proposed = trail.mail("pair-proposed", BJORN).header("Date").datetime
    trail.mail("mentor-ready", BJORN).mark(
        "Date", f"{proposed + timedelta(hours=1):%a, %d %b %Y %H:%M:%S %z}"
    )


PAIRS: dict[str, tuple[str, str, Break]] = {
    "a mentee in two pairs at once": (pairs.TWO_PAIRS, OLENA, _two_pairs),
    "a mentor with more pairs than places": (pairs.OVER_CAPACITY, MAIJA, _two_pairs),
    "a pair without a common language": (pairs.NO_LANGUAGE, BJORN, _no_common_language),
    "a matched mentor who passed no door": (pairs.UNREADY, BJORN, _unready_door),
    "a mentor told of readiness too late": (pairs.UNREADY, BJORN, _told_too_late),
    "a mentor never told of readiness": (
        pairs.UNREADY,
        NIAMH,
        lambda t: t.mail("mentor-ready", NIAMH).path.unlink(),
    ),
}


def _invite_again(trail: Trail, address: str = "") -> None:
    twin = trail.mail("start-invitation", NOUR).copied(_LAST, address)
    twin.mark("Message-ID", "<another@example.org>")


def _invite_late(trail: Trail) -> None:
    trail.mail("start-invitation", NOUR).mark("Date", "Thu, 04 Mar 2027 10:00:00 +0000")


def _remind_again(trail: Trail) -> None:
    twin = trail.mail("meeting-reminder", NOUR).copied(_LAST)
    twin.mark("Message-ID", "<another@example.org>")
    twin.mark("Date", f"{twin.header('Date').datetime + timedelta(minutes=5):%a, %d %b %Y %H:%M:%S %z}")


def _stop_in_the_middle(trail: Trail) -> None:
    """Nour wants no reminders, and does not get the first, but the second all the same."""
    persons = trail.answer("/lookup")["persons"]
    next(person for person in persons if person["email"] == NOUR)["reminders"] = False
    trail.mail("meeting-reminder", NOUR).path.unlink()


def _cancel(trail: Trail) -> None:
    """Björn's and Olena's first meeting was off two days before it was reminded of."""
    _meeting_of(trail, BJORN).update(status="cancelled", revision=1)
    reminder = trail.mail("meeting-reminder", BJORN)
    told = reminder.copied(_LAST)
    told.mark("X-Matka-Template", "meeting-cancelled")
    told.mark("Date", f"{reminder.header('Date').datetime - timedelta(days=2):%a, %d %b %Y %H:%M:%S %z}")


def _remind_of_nothing(trail: Trail) -> None:
    trail.mail("meeting-reminder", NIAMH).say(":00", ":07")


CALENDAR: dict[str, tuple[str, str, Break]] = {
    "a member of a pair who was not invited": (
        invitations.START_INVITATIONS,
        NOUR,
        lambda t: t.mail("start-invitation", NOUR).path.unlink(),
    ),
    "a member who was invited twice": (invitations.START_INVITATIONS, NOUR, _invite_again),
    "somebody invited who is in no pair": (
        invitations.START_INVITATIONS,
        ALONE,
        lambda t: _invite_again(t, ALONE),
    ),
    "an invitation after the meeting": (invitations.START_INVITATIONS, NOUR, _invite_late),
    "a meeting that nobody was reminded of": (
        reminders.REMINDED,
        NOUR,
        lambda t: t.mail("meeting-reminder", NOUR).path.unlink(),
    ),
    "a second reminder": (reminders.REMINDED, NOUR, _remind_again),
    "a reminder to somebody who stopped them": (reminders.REMINDED, NOUR, _stop_in_the_middle),
    "a reminder of a cancelled meeting": (reminders.NOT_OF_CANCELLED, BJORN, _cancel),
    "a reminder of a time at which nothing is": (reminders.NOT_OF_CANCELLED, NIAMH, _remind_of_nothing),
}


def _certificates(trail: Trail) -> Any:
    (found,) = (each for key, each in trail.answers.items() if key.endswith("/certificates? "))
    return found["certificates"]


def _drop_certificate(trail: Trail) -> None:
    lines = _certificates(trail)
    lines.remove(next(line for line in lines if line["person_id"] == trail.person(NOUR)))


def _certify_again(trail: Trail) -> None:
    lines = _certificates(trail)
    mine = next(line for line in lines if line["person_id"] == trail.person(NOUR))
    lines.append(mine | {"number": "MTK-2027-AAAA-BBBB-CCCC"})


def _certify_nobody(trail: Trail) -> None:
    _certificates(trail).append(_certificates(trail)[0] | {"person_id": trail.person(ALONE)})


def _miscount(trail: Trail) -> None:
    lines = trail.answer("/participation")["people"]
    next(line for line in lines if line["person_id"] == trail.person(NOUR))["meetings_held"] += 1


def _swap(trail: Trail) -> None:
    first, second = trail.paper(NOUR), trail.paper(OLENA)
    kept = first.read_bytes()
    first.write_bytes(second.read_bytes())
    second.write_bytes(kept)


def _retitle(trail: Trail) -> None:
    writer = PdfWriter(clone_from=trail.paper(NOUR))
    writer.add_metadata({"/Title": "Osallistumistodistus – Somebody Else"})
    writer.write(trail.paper(NOUR))


def _rename(trail: Trail, address: str, name: str) -> None:
    persons = trail.answer("/lookup")["persons"]
    next(person for person in persons if person["email"] == address)["name"] = name


def _register(trail: Trail, address: str) -> Any:
    mine = next(line for line in _certificates(trail) if line["person_id"] == trail.person(address))
    return trail.answer(f"/register/{mine['number']}")


CERTIFICATES: dict[str, tuple[str, str, Break]] = {
    "somebody who took part and has none": (certificates.ONE_EACH, NOUR, _drop_certificate),
    "somebody with two": (certificates.ONE_EACH, NOUR, _certify_again),
    "somebody who took no part and has one": (certificates.ONE_EACH, ALONE, _certify_nobody),
    "a meeting that nobody held is counted": (certificates.PARTICIPATION, NOUR, _miscount),
    "one that was not mailed": (
        certificates.MAILED,
        NOUR,
        lambda t: t.mail("certificate", NOUR).path.unlink(),
    ),
    "one that was mailed twice": (
        certificates.MAILED,
        NOUR,
        lambda t: t.mail("certificate", NOUR).copied(_LAST),
    ),
    "one that does not lie in the folder": (certificates.MAILED, NOUR, lambda t: t.paper(NOUR).unlink()),
    "another file than was mailed": (certificates.MAILED, NOUR, _swap),
    "somebody else's in the folder": (certificates.NAMED, NOUR, _swap),
    "another name in the title": (certificates.NAMED, NOUR, _retitle),
    "a former name on the page": (
        certificates.NAMED,
        NOUR,
        lambda t: _rename(t, NOUR, "نور القمر"),
    ),
    "a file that is nobody's": (
        certificates.NAMED,
        "nobody@example.org",
        lambda t: t.paper(NOUR).rename(t.paper("nobody@example.org")),
    ),
    "a file that was edited": (certificates.VERIFIABLE, NOUR, _retitle),
    "a file that is no PDF": (
        certificates.NAMED,
        NOUR,
        lambda t: t.paper(NOUR).write_bytes(b"nothing"),
    ),
    "a number that the register calls revoked": (
        certificates.VERIFIABLE,
        NOUR,
        lambda t: _register(t, NOUR).update(status="revoked"),
    ),
    "a number registered for somebody else": (
        certificates.VERIFIABLE,
        NOUR,
        lambda t: _register(t, NOUR).update(holder_name="Somebody Else"),
    ),
}


def _old_name_again(trail: Trail) -> None:
    """Maija is called Maija Virtanen in her first mail, and by her former name in all that follow."""
    _rename(trail, MAIJA, "Maija Virtanen")
    first = trail.mail("application-received", MAIJA)
    first.say("Maija Meikäläinen", "Maija Virtanen")
    first.mark("To", f"Maija Virtanen <{MAIJA}>")


MAILS: dict[str, tuple[str, str, Break]] = {
    "a mail to a stranger": (
        addressing.STRANGER,
        "stranger@example.org",
        lambda t: t.mail("pair-formed", NOUR).copied(_LAST, "stranger@example.org"),
    ),
    "the same mail twice": (addressing.TWICE, NOUR, lambda t: t.mail("pair-formed", NOUR).copied(_LAST)),
    "the same words under another id": (
        addressing.TWICE,
        NOUR,
        lambda t: t.mail("pair-formed", NOUR).copied(_LAST).mark("Message-ID", "<another@example.org>"),
    ),
    "another name in the header": (
        addressing.RIGHT_NAME,
        MAIJA,
        lambda t: t.mail("pair-formed", MAIJA).mark("To", f"Maija <{MAIJA}>"),
    ),
    "another name in the greeting": (
        addressing.RIGHT_NAME,
        MAIJA,
        lambda t: t.mail("pair-formed", MAIJA).say("Hei Maija Meikäläinen", "Hei Nour"),
    ),
    "the former name after the new one": (addressing.RIGHT_NAME, MAIJA, _old_name_again),
    "a mail marked as another language": (
        addressing.OWN_LANGUAGE,
        MAIJA,
        lambda t: t.mail("pair-formed", MAIJA).mark("Content-Language", "sv"),
    ),
    "a page marked as another language": (
        addressing.OWN_LANGUAGE,
        MAIJA,
        lambda t: t.mail("pair-formed", MAIJA).say('lang="fi"', 'lang="sv"'),
    ),
    "an English sentence in a Finnish mail": (
        addressing.OWN_LANGUAGE,
        MAIJA,
        lambda t: t.mail("pair-formed", MAIJA).say("Avaa parin sivu", "Open your pair's page"),
    ),
    "a Finnish closing in a Swedish mail": (
        addressing.OWN_LANGUAGE,
        BJORN,
        lambda t: t.mail("pair-formed", BJORN).say("Vänliga hälsningar", "Ystävällisin terveisin"),
    ),
    "an English greeting in a Swedish mail": (
        addressing.OWN_LANGUAGE,
        BJORN,
        lambda t: t.mail("pair-formed", BJORN).say("Hej", "Hello"),
    ),
    "an English subject in a Finnish mail": (
        addressing.OWN_LANGUAGE,
        MAIJA,
        lambda t: t.mail("pair-formed", MAIJA).mark("Subject", "You are a mentoring pair"),
    ),
} | {
    f"{what} in a mail": (
        wording.LEFTOVERS,
        MAIJA,
        lambda t, what=what: t.mail("pair-formed", MAIJA).say("Onnittelut!", f"Onnittelut! {what}"),
    )
    for what in ("{{ name }}", "{% if", "%(other)s", "None", "KeyError: 'name'", "Traceback (most recent")
}

MACHINERY: dict[str, tuple[str, str, Break]] = {
    "a dead letter": (
        leftovers.DEAD_LETTERS,
        "notifications.dead",
        lambda t: t.queues.update({"notifications.dead": 1}),
    ),
    "a dead-letter queue that is gone": (
        leftovers.DEAD_LETTERS,
        "people.dead",
        lambda t: t.queues.update({"people.dead": None}),
    ),
    "a message that waits": (
        leftovers.NOTHING_WAITS,
        "pairing.work",
        lambda t: t.queues.update({"pairing.work": 2}),
    ),
    "a message on a rung": (
        leftovers.NOTHING_WAITS,
        "people.retry.5s",
        lambda t: t.queues.update({"people.retry.5s": 1}),
    ),
    "an event that was not told": (
        leftovers.OUTBOXES,
        "outbox_left",
        lambda t: t.rewrite("summary.json", '"outbox_left": 0', '"outbox_left": 1'),
    ),
    "a pair that the table lacks": (
        summary.TABLE,
        NOUR,
        lambda t: t.rewrite("pairs.csv", f"{MAIJA},{NOUR}", f"{MAIJA},{OLENA}"),
    ),
    "an event that the timeline lacks": (
        summary.SUMMARY,
        "pairs.formed",
        lambda t: t.rewrite("timeline.csv", "pairing.pair-formed.v1", "pairing.pair-forgotten.v1"),
    ),
}
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
