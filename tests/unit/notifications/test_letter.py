"""A letter on its way to the mail server: events or the broken rule."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from matka_contracts.notifications import LetterFailed, LetterSent
from matka_notifications.domain import SOON, Letter, LetterTaken
from tests.support.mothers_notifications import A_CLAIM, NOON, a_claimed_letter, a_letter

FIVE_MINUTES = timedelta(minutes=5)
ENDS: dict[str, Callable[[Letter, int], object]] = {
    "sent": lambda letter, attempt: letter.mark_sent(attempt, "fi", NOON),
    "failed": lambda letter, attempt: letter.fail(attempt, "smtp-550"),
    "withdrawn": lambda letter, attempt: letter.withdraw(attempt, "overtaken"),
    "waiting": lambda letter, attempt: letter.give_back(attempt, NOON),
    "put off": lambda letter, attempt: letter.put_off(attempt, "smtp-450", NOON, FIVE_MINUTES),
}


def test_a_letter_is_claimed_by_one_sender() -> None:
    letter = a_claimed_letter()
    assert (letter.status, letter.attempt, letter.ready_at) == ("sending", 1, NOON + A_CLAIM)
    with pytest.raises(LetterTaken):
        letter.claim(NOON, A_CLAIM)


def test_a_letter_is_not_claimed_before_its_time() -> None:
    with pytest.raises(LetterTaken):
        a_letter().claim(NOON - timedelta(seconds=1), A_CLAIM)


def test_the_claim_of_a_sender_that_vanished_expires() -> None:
    letter = a_claimed_letter()
    letter.claim(NOON + A_CLAIM, A_CLAIM)
    assert letter.attempt == 2
    with pytest.raises(LetterTaken):
        letter.mark_sent(1, "fi", NOON)
    assert letter.mark_sent(2, "fi", NOON)


def test_a_letter_that_was_taken_is_sent() -> None:
    sent = LetterSent(
        letter_id="event:amal:pair-formed",
        template="pair-formed",
        person_id="amal",
        language="fi",
        sent_at=NOON,
    )
    assert a_claimed_letter().mark_sent(1, "fi", NOON) == (sent,)


def test_a_letter_that_was_refused_for_good_has_failed() -> None:
    failed = LetterFailed(
        letter_id="event:amal:pair-formed", template="pair-formed", person_id="amal", reason="smtp-550"
    )
    assert a_claimed_letter().fail(1, "smtp-550") == (failed,)


@pytest.mark.parametrize("end", ["sent", "failed", "withdrawn"])
def test_what_is_done_is_done(end: str) -> None:
    letter = a_claimed_letter()
    ENDS[end](letter, 1)
    assert letter.status == end
    with pytest.raises(LetterTaken):
        letter.claim(NOON + timedelta(days=1), A_CLAIM)
    for again in ENDS.values():
        with pytest.raises(LetterTaken):
            again(letter, 1)


@pytest.mark.parametrize("end", ENDS)
def test_only_who_claimed_a_letter_says_what_became_of_it(end: str) -> None:
    with pytest.raises(LetterTaken):
        ENDS[end](a_letter(), 0)
    with pytest.raises(LetterTaken):
        ENDS[end](a_claimed_letter(), 2)


def test_a_letter_that_is_given_back_is_ready_at_once_and_has_not_failed() -> None:
    letter = a_claimed_letter()
    assert letter.give_back(1, NOON) == ()
    assert (letter.status, letter.ready_at, letter.failures) == ("waiting", NOON, 0)


def test_a_letter_is_put_off_longer_each_time_but_never_longer_than_six_hours() -> None:
    letter, now, pauses = a_letter(), NOON, []
    for attempt in range(1, 10):
        letter.claim(now, A_CLAIM)
        assert letter.put_off(attempt, "smtp-450", now, FIVE_MINUTES) == ()
        pauses.append((letter.ready_at - now) / timedelta(minutes=1))
        now = letter.ready_at
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 360, 360]
    assert (letter.status, letter.reason, letter.failures) == ("waiting", "smtp-450", 9)


def test_where_nobody_refused_the_first_pause_is_short() -> None:
    letter = a_claimed_letter()
    letter.put_off(1, "smtp-lost", NOON, first=SOON)
    assert letter.ready_at == NOON + timedelta(seconds=10)


def test_after_two_days_a_letter_is_given_up() -> None:
    letter = a_claimed_letter()
    later = NOON + timedelta(hours=48, seconds=1)
    [failed] = letter.put_off(1, "smtp-450", later, FIVE_MINUTES)
    assert isinstance(failed, LetterFailed)
    assert (letter.status, failed.reason) == ("failed", "smtp-450")
