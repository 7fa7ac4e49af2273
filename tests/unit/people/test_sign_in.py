"""Signing in: secrets live ten minutes, work once, and codes bear five attempts."""

from datetime import timedelta

import pytest

from matka_contracts.people import SignInRequested
from matka_people.domain.sign_in import (
    MOST_CODE_ATTEMPTS,
    NOBODY,
    OPEN_FOR,
    Answer,
    SignIn,
    SignInExpired,
)
from tests.support.mothers_people import NOON, a_minted_sign_in, a_sign_in

SOON = NOON + timedelta(minutes=1)


def token_answer(sign_in: SignIn, token: str, command: str = "first", at: timedelta = timedelta(0)) -> Answer:
    assert sign_in.present_token(token, command, NOON + at) == []
    return sign_in.answer_to(command, NOON + at, by_code=False)


def code_answer(sign_in: SignIn, code: str, command: str = "first", at: timedelta = timedelta(0)) -> Answer:
    assert sign_in.present_code(code, command, NOON + at) == []
    return sign_in.answer_to(command, NOON + at, by_code=True)


def test_a_known_persons_request_is_announced() -> None:
    assert a_sign_in().request() == [SignInRequested(request_id="request", person_id="amal")]


def test_nobodys_request_is_silent_and_opens_nothing() -> None:
    nobodys = a_sign_in(person_id=NOBODY)
    assert nobodys.request() == []
    with pytest.raises(SignInExpired):
        nobodys.mint("token", "123456", NOON)


def test_the_token_signs_in() -> None:
    assert token_answer(a_minted_sign_in(), "token") is Answer.SIGNED_IN


def test_the_code_signs_in() -> None:
    assert code_answer(a_minted_sign_in(), "123456") is Answer.SIGNED_IN


def test_secrets_are_not_kept_in_the_clear() -> None:
    kept = a_minted_sign_in().model_dump_json()
    assert "token" not in kept.replace("token_print", "")
    assert "123456" not in kept


def test_nothing_signs_in_before_the_letter_is_written() -> None:
    assert token_answer(a_sign_in(), "token") is Answer.EXPIRED
    assert code_answer(a_sign_in(), "123456") is Answer.EXPIRED
    assert token_answer(a_sign_in(), "") is Answer.EXPIRED


@pytest.mark.parametrize("late", [OPEN_FOR, OPEN_FOR + timedelta(hours=1)])
def test_secrets_expire_after_ten_minutes(late: timedelta) -> None:
    assert token_answer(a_minted_sign_in(), "token", at=late) is Answer.EXPIRED
    assert code_answer(a_minted_sign_in(), "123456", at=late) is Answer.EXPIRED


def test_secrets_work_once() -> None:
    sign_in = a_minted_sign_in()
    assert token_answer(sign_in, "token", "first") is Answer.SIGNED_IN
    assert token_answer(sign_in, "token", "second") is Answer.EXPIRED
    assert code_answer(sign_in, "123456", "third") is Answer.EXPIRED


def test_a_repeated_command_hears_the_same_answer() -> None:
    sign_in = a_minted_sign_in()
    assert token_answer(sign_in, "token", "first") is Answer.SIGNED_IN
    assert sign_in.answer_to("first", SOON, by_code=False) is Answer.SIGNED_IN


def test_a_new_letter_replaces_the_secrets_of_the_one_before() -> None:
    sign_in = a_minted_sign_in()
    sign_in.mint("newer", "654321", SOON)
    assert token_answer(sign_in, "token") is Answer.EXPIRED
    assert code_answer(sign_in, "123456") is Answer.WRONG_CODE
    assert code_answer(sign_in, "654321") is Answer.SIGNED_IN


def test_a_used_request_is_not_opened_again_by_a_late_letter() -> None:
    sign_in = a_minted_sign_in()
    token_answer(sign_in, "token")
    with pytest.raises(SignInExpired):
        sign_in.mint("newer", "654321", SOON)


def test_a_code_bears_five_attempts_and_a_new_letter_gives_no_more() -> None:
    sign_in = a_minted_sign_in()
    answers = [code_answer(sign_in, "000000", f"try {number}") for number in range(MOST_CODE_ATTEMPTS)]
    assert answers == [Answer.WRONG_CODE] * 4 + [Answer.EXPIRED]
    assert code_answer(sign_in, "123456", "right at last") is Answer.EXPIRED
    sign_in.mint("newer", "654321", SOON)
    assert code_answer(sign_in, "654321", "after a new letter") is Answer.EXPIRED


def test_a_wrong_token_costs_no_attempt() -> None:
    sign_in = a_minted_sign_in()
    assert token_answer(sign_in, "guess") is Answer.EXPIRED
    assert sign_in.attempts == 0
    assert token_answer(sign_in, "token", "second") is Answer.SIGNED_IN


def test_a_request_counts_against_its_mailbox_for_ten_minutes_or_until_used() -> None:
    sign_in = a_minted_sign_in()
    assert sign_in.waits(SOON)
    assert not sign_in.waits(NOON + OPEN_FOR)
    token_answer(sign_in, "token")
    assert not sign_in.waits(SOON)
