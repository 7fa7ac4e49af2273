"""Applications and what staff decide about them: events or the broken rule."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from matka_contracts.pairing import (
    ApplicantAdmitted,
    ApplicantDeclined,
    ApplicantUnmatched,
    ApplicantWaiting,
    ApplicationReceived,
    ApplicationRepeated,
)
from matka_contracts.terms import Role
from matka_pairing.domain.application import Application, ApplicationDecided, Profile
from tests.support.mothers_pairing import NOON, an_application

WHO: dict[str, Any] = {
    "application_id": "application-amal",
    "program_id": "spring",
    "person_id": "amal",
    "role": Role.MENTEE,
}
DECISIONS: dict[str, Callable[[Application], object]] = {
    "admitted": Application.admit,
    "waiting": lambda each: each.wait("no-seat"),
    "declined": lambda each: each.decline("no-place", refer=False),
    "referred": lambda each: each.decline("other-service", refer=True),
}


def test_an_application_is_received() -> None:
    assert an_application().receive() == (ApplicationReceived(**WHO),)


def test_who_applies_again_is_told_once_a_day_that_the_application_is_known() -> None:
    application = an_application()
    assert application.repeat(NOON) == (ApplicationRepeated(**WHO),)
    assert application.repeat(NOON + timedelta(hours=23)) == ()
    assert application.repeat(NOON + timedelta(hours=24)) == (ApplicationRepeated(**WHO),)


def test_an_applicant_is_admitted_once() -> None:
    application = an_application()
    assert application.admit() == (ApplicantAdmitted(**WHO),)
    assert application.admit() == ()


def test_it_is_told_that_a_mentor_goes_by_self_study() -> None:
    [admitted] = an_application(Role.MENTOR, path="self-study").admit()
    assert isinstance(admitted, ApplicantAdmitted)
    assert admitted.self_study


def test_an_application_can_wait_and_be_admitted_later() -> None:
    application = an_application()
    assert application.wait("no-seat") == (ApplicantWaiting(**WHO, reason="no-seat"),)
    assert application.wait("another-reason") == ()
    assert (application.status, application.reason) == ("waiting", "no-seat")
    assert application.admit()


@pytest.mark.parametrize(("refer", "status"), [(False, "declined"), (True, "referred")])
def test_an_applicant_is_declined_or_referred_on_once(refer: bool, status: str) -> None:
    application = an_application()
    declined = ApplicantDeclined(**WHO, reason="other-service", referred=refer)
    assert application.decline("other-service", refer=refer) == (declined,)
    assert application.decline("again", refer=refer) == ()
    assert (application.status, application.reason) == (status, "other-service")


def test_who_stays_alone_is_told_at_each_publication() -> None:
    application = an_application(status="admitted")
    assert application.stay_alone() == application.stay_alone() == (ApplicantUnmatched(**WHO),)


@pytest.mark.parametrize("status", ["received", "waiting", "declined", "referred"])
def test_who_has_no_place_expects_no_pair(status: str) -> None:
    assert an_application(status=status).stay_alone() == ()


@pytest.mark.parametrize("first", ["admitted", "declined", "referred"])
@pytest.mark.parametrize("second", DECISIONS)
def test_a_decision_stays(first: str, second: str) -> None:
    application = an_application()
    DECISIONS[first](application)
    if first == second:
        assert DECISIONS[second](application) == ()
        return
    with pytest.raises(ApplicationDecided) as broken:
        DECISIONS[second](application)
    assert broken.value.params == {"status": first}


@pytest.mark.parametrize(
    "profile",
    [
        {"languages": {"Finnish": "B1"}},
        {"languages": {"fi": "B9"}},
        {"field": ["nurse"]},
        {"field": ["22211"]},
        {"capacity": 0},
        {"capacity": 21},
        {"needs": ["money"]},
        {"goals": "x" * 5001},
        {"origin": "elsewhere"},
    ],
)
def test_matching_knows_nothing_but_what_it_may_in_the_form_that_it_needs(profile: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Profile.model_validate(profile)
