"""Cohorts that nobody tuned the rehearsal for, each with what must come of it written down."""

from collections import Counter
from pathlib import Path

import pytest

from tests.support.cohort_files import Planned, a_mentee, a_mentor, write_cohort
from tests.support.rehearsed import Rehearsed, rehearse, title_of

pytestmark = pytest.mark.timeout(400)
KEPT = "The checker found every invariant kept."


def played(cohort: Path) -> Rehearsed:
    """The run, which ended well in its own eyes and the checker's."""
    run = rehearse(cohort, cohort.parent / "out", patience=380)
    assert run.status == 0, run.said
    assert KEPT in run.said
    return run


def pairs_of(run: Rehearsed) -> set[tuple[str, str]]:
    """Who became a pair, by what stands before the @."""
    return {(pair["mentor"].partition("@")[0], pair["mentee"].partition("@")[0]) for pair in run.pairs}


def alone_of(run: Rehearsed) -> dict[str, list[str]]:
    return {each["person"].partition("@")[0]: each["reasons"] for each in run.summary["unmatched"]}


def test_where_languages_are_scarce_everybody_who_can_be_matched_is(tmp_path: Path) -> None:
    """Who speaks Finnish well enough leaves the Somali-speaking mentor to whom nobody else can talk to."""
    people = [
        a_mentor("anna", "fi:C2"),
        a_mentor("bilan", "so:C2;fi:C1"),
        a_mentor("carim", "ar:C2;en:A2"),
        a_mentee("mulki", "so:C2;fi:A1", language="fi-simple"),
        a_mentee("nadia", "ar:C2;en:A2", language="en"),
        a_mentee("omar", "so:C2;fi:B1", field="2512"),
        a_mentee("peng", "zh:C2;en:A2", language="en"),
    ]
    run = played(write_cohort(tmp_path / "cohort", people))
    assert pairs_of(run) == {("anna", "omar"), ("bilan", "mulki"), ("carim", "nadia")}
    assert alone_of(run) == {"peng": ["no-common-language"]}
    assert run.summary["pairs"]["formed"] == 3
    assert run.summary["certificates"] == {"issued": 6, "replaced": 0}
    assert {mail.language for mail in run.inbox("mulki@mentees.example")} == {"fi-simple"}


def test_one_mentor_may_have_many_mentees_and_never_more_than_there_is_room_for(tmp_path: Path) -> None:
    profile = {"field": "2512", "needs": "cv;network"}
    people = [a_mentor("maija", capacity="4", field="2512", offers="cv;network")]
    people += [a_mentee(name, **profile) for name in ("amal", "bao", "chidi", "dana")]
    people += [a_mentee("elif", field="9112", needs="recognition")]
    run = played(write_cohort(tmp_path / "cohort", people))
    assert pairs_of(run) == {("maija", name) for name in ("amal", "bao", "chidi", "dana")}
    assert alone_of(run) == {"elif": ["all-taken"]}
    assert run.summary["certificates"] == {"issued": 5, "replaced": 0}
    invited = Counter(mail.to for mail in run.mails if mail.template == "start-invitation")
    assert invited["maija@mentors.example"] == 1


def test_a_single_pair_goes_all_the_way(tmp_path: Path) -> None:
    people = [a_mentor("maija", training="self-study"), a_mentee("amal")]
    gatherings = [Planned("start", "2027-03-03T17:00"), Planned("closing", "2027-04-28T17:00")]
    run = played(write_cohort(tmp_path / "cohort", people, gatherings=gatherings))
    assert pairs_of(run) == {("maija", "amal")}
    assert run.summary["ready"] == {"door_a": 0, "door_b": 1, "waived": 0, "not_ready": 0}
    assert run.summary["pairs"]["active_at_close"] == 1
    assert run.summary["certificates"] == {"issued": 2, "replaced": 0}
    assert [each["attended"] for each in run.summary["gatherings"]] == [2, 2]


HOSTILE = {
    "markup": ('<script>alert("1")</script> & Co', '<script>alert("1")</script> & Co'),
    "formula": ('=HYPERLINK("http://x.example";"y")', '=HYPERLINK("http://x.example";"y")'),
    "braces": ("{{ 7*7 }} {% raw %} %(name)s ${x}", "{{ 7*7 }} {% raw %} %(name)s ${x}"),
    "headers": ("Eve\r\nBcc: victim@victim.example", "Eve Bcc: victim@victim.example"),
    "direction": ("Anna\u202egpj.exe\u2066", "Annagpj.exe"),
    "o'brien+{x}": ("Å" * 300, "Å" * 300),
}


def test_hostile_but_legal_values_are_nothing_but_text(tmp_path: Path) -> None:
    people = [
        (a_mentor if number % 2 else a_mentee)(email, name=name, goals=name, field="2512")
        for number, (email, (name, _)) in enumerate(HOSTILE.items())
    ]
    title = "=cmd|' /C calc'!A0 {{ title }} <b>"
    gatherings = [
        Planned("mentor-training", "2027-02-13T10:00", title=title),
        Planned("start", "2027-03-03T17:00", title=title),
        Planned("theme", "2027-03-31T17:00", title=title),
        Planned("closing", "2027-04-28T17:00", title=title),
    ]
    run = played(write_cohort(tmp_path / "cohort", people, gatherings=gatherings))
    assert run.summary["pairs"]["formed"] == 3
    assert run.summary["certificates"] == {"issued": 6, "replaced": 0}
    called = {
        f"{email}@{'mentors' if number % 2 else 'mentees'}.example": name
        for number, (email, (_, name)) in enumerate(HOSTILE.items())
    }
    for mail in run.mails:
        assert mail.message["Bcc"] is None
        assert "<script>" not in mail.html
        if mail.to in called:
            assert mail.name == called[mail.to]
            assert called[mail.to] in mail.text.replace("\n", " ")
    titles = {title_of(mail.pdf).partition(" – ")[2] for mail in run.mails if mail.pdf}
    assert titles == set(called.values())


def test_womento_has_its_coaching_training_for_pairs(tmp_path: Path) -> None:
    people = [
        a_mentor("anna", field="2512"),
        a_mentor("britta", "sv:C2", field="2221", language="sv"),
        a_mentee("mina", field="2512"),
        a_mentee("noor", "sv:B1", field="2221", language="sv"),
    ]
    gatherings = [
        Planned("mentor-training", "2027-02-13T10:00"),
        Planned("start", "2027-03-03T17:00"),
        Planned("coaching-training", "2027-03-13T10:00"),
        Planned("gathering", "2027-03-27T11:00"),
        Planned("gathering", "2027-04-10T11:00"),
        Planned("closing", "2027-04-28T17:00"),
    ]
    run = played(write_cohort(tmp_path / "cohort", people, {"model": "womento"}, gatherings))
    assert pairs_of(run) == {("anna", "mina"), ("britta", "noor")}
    assert [(each["kind"], each["attended"]) for each in run.summary["gatherings"]] == [
        ("mentor-training", 2),
        ("start", 3),
        ("coaching-training", 3),
        ("gathering", 3),
        ("gathering", 2),
        ("closing", 4),
    ]
    invited = Counter(mail.to for mail in run.mails if mail.template == "gathering-invitation")
    assert invited == Counter({mail.to for mail in run.mails if mail.template == "start-invitation"})


def test_career_mentoring_pairs_nobody_outside_the_field(tmp_path: Path) -> None:
    people = [
        a_mentor("anna", field="2512"),
        a_mentor("bella", field="2221"),
        a_mentee("mina", field="2513"),
        a_mentee("noor", field="2141"),
        a_mentee("olga", field=""),
    ]
    program = {"model": "career-mentoring", "field": "25"}
    run = played(write_cohort(tmp_path / "cohort", people, program))
    assert pairs_of(run) == {("anna", "mina")}
    assert set(alone_of(run)) == {"bella", "noor", "olga"}
    assert run.summary["pairs"]["formed"] == 1


def test_a_program_over_both_clock_changes_reminds_at_nine_and_meets_at_the_hour(tmp_path: Path) -> None:
    people = [a_mentor("maija"), a_mentee("amal")]
    gatherings = [
        Planned("mentor-training", "2027-02-27T10:00"),
        Planned("start", "2027-03-16T17:00"),
        Planned("theme", "2027-03-28T12:00", title="Kesäaika alkaa"),
        Planned("theme", "2027-10-31T12:00", title="Talviaika alkaa"),
        Planned("closing", "2027-11-24T17:00"),
    ]
    program = {"start": "2027-03-15", "months": 8, "meetings_per_month": [3, 3]}
    run = played(write_cohort(tmp_path / "cohort", people, program, gatherings))
    reminders = [mail.local for mail in run.mails if mail.template == "meeting-reminder"]
    assert {(moment.hour, moment.minute) for moment in reminders} == {(9, 0)}
    assert {f"{moment:%z}" for moment in reminders} == {"+0200", "+0300"}
    asked = {(mail.local.hour, mail.local.minute) for mail in run.mails if mail.template == "meeting-log"}
    assert asked == {(20, 0)}
    assert [each["kind"] for each in run.summary["gatherings"] if each["held"]] == [
        "mentor-training",
        "start",
        "theme",
        "theme",
        "closing",
    ]
