"""Errors as people hear of them."""

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from matka_gateway.failures import Failure, TooLarge, bounded, failure_of
from matka_gateway.languages import Languages
from matka_kit.client import Refused
from matka_kit.errors import NotFound, Transient, Unavailable

FINNISH = Languages().choose("fi")


def request(**headers: str) -> Request:
    listed = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": listed})


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (Refused("gathering-full", 409, {"seats": 3}), 409, "gathering-full"),
        (NotFound(kind="pairs"), 404, "not-found"),
        (Transient("busy"), 503, "try-again-later"),
        (Unavailable("pairing"), 503, "try-again-later"),
        (TimeoutError(), 503, "try-again-later"),
        (HTTPException(405), 405, "method-not-allowed"),
        (HTTPException(418), 418, "invalid-input"),
        (RuntimeError("secret detail"), 500, "internal"),
    ],
)
def test_every_error_has_a_status_and_a_code(error: Exception, status: int, code: str) -> None:
    failure = failure_of(error, "/somewhere")
    assert (failure.status, failure.code) == (status, code)
    assert "secret" not in failure.text(FINNISH)


def test_parameters_are_written_in_the_reader_s_way() -> None:
    assert (
        Failure(409, "attendance-too-early", {"date": "2027-01-25"})
        .text(FINNISH)
        .endswith("25. tammikuuta 2027.")
    )
    assert Failure(422, "too-many-rows", {"most": 10000}).text(FINNISH) == (
        "Tiedostossa voi olla enintään 10\u00a0000 riviä."
    )
    assert "hours, seats" in Failure(422, "unknown-columns", {"columns": ["hours", "seats"]}).text(FINNISH)
    fields = [{"field": "email", "problem": "missing"}, {"field": "name", "problem": "missing"}]
    assert "email, name" in Failure(422, "invalid-input", {"fields": fields}).text(FINNISH)


def test_a_parameter_that_says_nothing_is_left_out() -> None:
    assert Failure(409, "attendance-too-early", {"date": None}).text(FINNISH).endswith("alkaen: .")


def test_what_looks_like_a_date_and_is_none_stays_as_it_is() -> None:
    assert "2027-02-30" in Failure(409, "attendance-too-early", {"date": "2027-02-30"}).text(FINNISH)


def test_a_code_from_the_future_has_words_too() -> None:
    assert Failure(409, "not-invented-yet").text(FINNISH) == "Se ei onnistu juuri nyt."


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b'{"code": "x"}', b'{"code": "x", "params": 3}'])
def test_a_service_s_answer_that_is_no_problem_document_is_a_plain_refusal(content: bytes) -> None:
    assert Failure.read(409, content) == Failure(409, "refused")


def test_a_busy_answer_says_when_to_come_back() -> None:
    assert Failure(503, "try-again-later").headers == {"Retry-After": "5"}
    assert Failure(404, "not-found").headers == {}


@pytest.mark.parametrize(
    "headers", [{"content_length": "11"}, {"content_length": "-1"}, {"transfer_encoding": "chunked"}]
)
def test_a_body_that_is_too_large_or_of_unknown_length_is_not_read(headers: dict[str, str]) -> None:
    with pytest.raises(TooLarge):
        bounded(request(**headers), 10)


def test_a_body_within_the_bound_is_read() -> None:
    bounded(request(content_length="10"), 10)
    bounded(request(), 10)
