"""The demo's own cohort: what must hold for every program, read from mails and PDFs alone."""

from collections import Counter

import pytest

from tests.support.rehearsed import Rehearsed, title_of

People = dict[str, dict[str, str]]
pytestmark = pytest.mark.timeout(1200)


def test_it_runs_to_its_end_with_nothing_left_over(rehearsed: Rehearsed) -> None:
    assert rehearsed.status == 0, rehearsed.said
    assert (rehearsed.summary["dead_letters"], rehearsed.summary["outbox_left"]) == (0, 0)


def test_nobody_is_in_two_pairs_and_no_mentor_over_capacity(rehearsed: Rehearsed, people: People) -> None:
    """Pairs that ended make room: only whoever is in a pair on the same day counts."""
    for day in sorted({pair["formed"] for pair in rehearsed.pairs}):
        active = [each for each in rehearsed.pairs if each["formed"] <= day < each["ended"]]
        assert set(Counter(pair["mentee"] for pair in active).values()) == {1}
        for mentor, number in Counter(pair["mentor"] for pair in active).items():
            assert number <= int(people[mentor]["capacity"] or 1), mentor


def test_every_pair_shares_a_language_and_no_unready_mentor_is_in_one(
    rehearsed: Rehearsed, people: People
) -> None:
    for pair in rehearsed.pairs:
        mentor, mentee = people[pair["mentor"]], people[pair["mentee"]]
        assert _working(mentor) & _working(mentee), pair
        assert mentor["training"] != "none", pair


def test_everybody_in_a_pair_gets_one_certificate_in_their_name(rehearsed: Rehearsed, people: People) -> None:
    certificates = [mail for mail in rehearsed.mails if mail.template == "certificate"]
    holders = Counter(applied_as(rehearsed, mail.to) for mail in certificates)
    in_pairs = {pair[side] for pair in rehearsed.pairs for side in ("mentor", "mentee")}
    assert set(holders.values()) == {1}
    assert in_pairs <= set(holders)
    named = rehearsed.summary["parts"]["names"]
    for mail in certificates:
        email = applied_as(rehearsed, mail.to)
        assert mail.pdf is not None
        assert title_of(mail.pdf).endswith(f"– {named.get(email, people[email]['name'])}")


def test_every_letter_is_in_its_readers_language(rehearsed: Rehearsed, people: People) -> None:
    for mail in rehearsed.mails:
        if (email := applied_as(rehearsed, mail.to)) in people:
            assert mail.language == people[email]["language"]
    assert len({mail.language for mail in rehearsed.mails}) == 4


def test_everybody_is_addressed_by_name_and_by_the_new_one_after_a_change(
    rehearsed: Rehearsed, people: People
) -> None:
    [(renamed, new)] = rehearsed.summary["parts"]["names"].items()
    for mail in rehearsed.mails:
        email = applied_as(rehearsed, mail.to)
        if email in people and email != renamed:
            assert mail.name == people[email]["name"]
    called = [mail.name for mail in rehearsed.inbox(renamed)]
    before = called.index(new)
    assert before > 0
    assert set(called[:before]) == {people[renamed]["name"]}
    assert set(called[before:]) == {new}


def test_whose_address_changed_gets_all_later_mail_at_the_new_one(rehearsed: Rehearsed) -> None:
    [(old, new)] = rehearsed.summary["parts"]["addresses"].items()
    there = [mail for mail in rehearsed.inbox(new) if mail.template != "address-changed"]
    here = [mail for mail in rehearsed.inbox(old) if mail.template != "address-changed"]
    assert max(mail.local for mail in here) < min(mail.local for mail in there)
    assert "certificate" in {mail.template for mail in there}


def test_who_wants_no_reminders_gets_none_from_then_on(rehearsed: Rehearsed) -> None:
    inbox = rehearsed.inbox(rehearsed.summary["parts"]["no_reminders"])
    reminders = [mail.local for mail in inbox if mail.template == "meeting-reminder"]
    planned = [mail.local for mail in inbox if mail.template == "meeting-planned"]
    assert reminders
    assert max(reminders) < sorted(planned)[len(planned) // 2]


def test_two_who_applied_are_not_taken_in_and_hear_so(rehearsed: Rehearsed) -> None:
    parts = rehearsed.summary["parts"]
    for email, answer in ((parts["declined"], "declined"), (parts["referred"], "referred")):
        assert [mail.template for mail in rehearsed.inbox(email)] == [
            "application-received",
            f"application-{answer}",
        ]
    people = rehearsed.summary["people"]
    assert (people["declined"], people["referred"], people["waiting"]) == (1, 1, 0)


def test_the_mentor_whom_staff_had_no_time_for_is_ready_on_the_last_day_before_matching(
    rehearsed: Rehearsed,
) -> None:
    late = rehearsed.calendar(rehearsed.summary["parts"]["late_contact"])
    assert ("10.01. 15:00", "mentor-ready") in late


def test_one_pair_declines_one_ends_and_both_mentees_are_matched_anew(rehearsed: Rehearsed) -> None:
    parts, formed = rehearsed.summary["parts"], Counter(pair["mentee"] for pair in rehearsed.pairs)
    assert formed[parts["declines"][1]] == 1
    assert formed[parts["ends"][1]] == 2
    assert rehearsed.summary["pairs"] == {
        "formed": 43,
        "declined": 1,
        "ended": 1,
        "rematched": 1,
        "active_at_close": 42,
    }


def test_the_pair_that_slips_is_asked_together_then_each_alone_and_then_staff_have_a_case(
    rehearsed: Rehearsed,
) -> None:
    slipped = [row["moment"] for row in rehearsed.timeline if row["type"] == "scheduling.rhythm-slipped.v1"]
    assert slipped
    mentor, mentee = rehearsed.summary["parts"]["slips"]
    for email in (mentor, mentee):
        asked = [mail.template for mail in rehearsed.inbox(email) if mail.template.startswith("rhythm-")]
        assert asked[-2:] == ["rhythm-pair", "rhythm-each"]
    assert rehearsed.summary["cases"] == {"opened": 2, "resolved": 2}


def test_attendance_is_corrected_before_the_seal_and_after_it(rehearsed: Rehearsed) -> None:
    """Only what is corrected after the seal makes a certificate anew."""
    assert rehearsed.summary["certificates"] == {"issued": 82, "replaced": 1}
    for each in rehearsed.summary["gatherings"]:
        expected = each["signed_up"] or 79
        if each["kind"] not in {"mentor-training", "closing"}:
            assert 0.7 <= each["attended"] / expected <= 1


def test_each_of_a_pair_is_invited_to_the_start_meeting_once(rehearsed: Rehearsed) -> None:
    early = [pair for pair in rehearsed.pairs if pair["formed"] < "2027-01-20"]
    invited = Counter(mail.to for mail in rehearsed.mails if mail.template == "start-invitation")
    assert set(invited) == {pair[side] for pair in early for side in ("mentor", "mentee")}
    assert set(invited.values()) == {1}


def applied_as(rehearsed: Rehearsed, address: str) -> str:
    """The address that somebody applied with."""
    old: dict[str, str] = {new: old for old, new in rehearsed.summary["parts"]["addresses"].items()}
    return old.get(address, address)


def _working(person: dict[str, str]) -> set[str]:
    """The languages that somebody speaks at B1 or better."""
    known = (entry.partition(":") for entry in person["languages"].split(";"))
    return {code for code, _, level in known if (level or "C2") >= "B1"}
