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
    mentees = Counter(pair["mentee"] for pair in rehearsed.pairs)
    assert set(mentees.values()) == {1}
    for mentor, number in Counter(pair["mentor"] for pair in rehearsed.pairs).items():
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
    holders = Counter(mail.to for mail in certificates)
    in_pairs = {pair[side] for pair in rehearsed.pairs for side in ("mentor", "mentee")}
    assert set(holders.values()) == {1}
    assert in_pairs <= set(holders)
    for mail in certificates:
        assert mail.pdf is not None
        assert title_of(mail.pdf).endswith(f"– {people[mail.to]['name']}")


def test_every_letter_is_in_its_readers_language_and_addressed_by_name(
    rehearsed: Rehearsed, people: People
) -> None:
    for mail in rehearsed.mails:
        if mail.to in people:
            assert (mail.language, mail.name) == (people[mail.to]["language"], people[mail.to]["name"])


def test_each_of_a_pair_is_invited_to_the_start_meeting_once(rehearsed: Rehearsed) -> None:
    invited = Counter(mail.to for mail in rehearsed.mails if mail.template == "start-invitation")
    assert set(invited) == {pair[side] for pair in rehearsed.pairs for side in ("mentor", "mentee")}
    assert set(invited.values()) == {1}


def test_a_reminder_goes_before_every_meeting_that_was_held(rehearsed: Rehearsed) -> None:
    reminders = [mail for mail in rehearsed.mails if mail.template == "meeting-reminder"]
    assert len(reminders) == 2 * rehearsed.happened("scheduling.meeting-held.v1") > 0


def _working(person: dict[str, str]) -> set[str]:
    """The languages that somebody speaks at B1 or better."""
    known = (entry.partition(":") for entry in person["languages"].split(";"))
    return {code for code, _, level in known if (level or "C2") >= "B1"}
