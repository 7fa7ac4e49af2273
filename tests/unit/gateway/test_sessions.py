"""A session's own rules: how long it lasts and whether its roles can be relied on."""

from datetime import UTC, datetime, timedelta

from matka_gateway.sessions import IDLE, LONGEST, Session
from matka_kit.auth import Grant

NOON = datetime(2027, 1, 18, 12, tzinfo=UTC)
MENTOR = (Grant(role="mentor", scope="spring"),)
NOBODY: tuple[Grant, ...] = ()


def a_session() -> Session:
    return Session(
        id="hash",
        person_id="maija",
        language="fi",
        read_at=NOON,
        opened_at=NOON,
        seen_at=NOON,
        expires_at=NOON + IDLE,
    )


def test_each_use_gives_twelve_more_hours() -> None:
    session = a_session()
    session.see(NOON + timedelta(hours=11))
    assert session.expires_at == NOON + timedelta(hours=23)


def test_no_use_gives_more_than_thirty_days_in_all() -> None:
    session = a_session()
    session.see(NOON + timedelta(days=29, hours=20))
    assert session.expires_at == NOON + LONGEST


def test_a_new_session_is_in_doubt_until_the_roles_were_read() -> None:
    session = a_session()
    before = session.in_doubt
    session.settle(MENTOR, 1, NOON)
    assert (before, session.in_doubt) == (True, False)
    assert session.caller.has(["mentor"], "spring")


def test_what_is_heard_while_the_roles_are_read_leaves_the_session_in_doubt() -> None:
    session = a_session()
    doubts_before_reading = session.doubts
    session.doubt()
    session.settle(MENTOR, doubts_before_reading, NOON)
    assert session.in_doubt


def test_an_older_answer_does_not_replace_a_newer_one() -> None:
    session = a_session()
    session.doubt()
    session.settle(NOBODY, 2, NOON)
    session.settle(MENTOR, 1, NOON)
    assert session.grants == NOBODY
    assert not session.in_doubt
