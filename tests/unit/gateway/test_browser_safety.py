"""Small guards: cookies, form tokens, ways back, whose attempts are counted, settings."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from matka_gateway.client_address import client_of
from matka_gateway.cookies import Asking, Cookies
from matka_gateway.pages.visit import our_path
from matka_gateway.settings import GatewaySettings
from matka_kit.auth import create_keys

SAFE = Cookies(b"secret", encrypted=True)
PLAIN = Cookies(b"secret", encrypted=False)


def request(cookie: str = "", client: tuple[str, int] | None = ("192.0.2.7", 1)) -> Request:
    headers = [(b"cookie", cookie.encode())] if cookie else []
    return Request({"type": "http", "method": "GET", "path": "/", "headers": headers, "client": client})


def settings(tmp_path: Path, **given: str) -> GatewaySettings:
    return GatewaySettings(broker_url="memory:", store_url="sqlite:x", keys=tmp_path, **given)  # type: ignore[arg-type]


def test_over_tls_a_cookie_is_this_host_s_alone() -> None:
    response = Response()
    SAFE.write(response, "session", "s3cret", 60)
    written = response.headers["set-cookie"]
    assert written.startswith("__Host-matka-session=s3cret;")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax", "Max-Age=60"} <= set(written.split("; "))
    assert "Domain" not in written


def test_on_plain_http_a_cookie_has_another_name() -> None:
    response = Response()
    PLAIN.write(response, "session", "s3cret")
    assert response.headers["set-cookie"].startswith("matka-session=s3cret;")
    assert "Secure" not in response.headers["set-cookie"]


def test_a_browser_remembers_its_last_five_requests_and_nobody_can_invent_one() -> None:
    cookie = ""
    for number in range(7):
        response = Response()
        PLAIN.remember_asking(request(cookie), response, Asking(f"request-{number}", "/mine"))
        cookie = response.headers["set-cookie"].partition(";")[0]
    asked = [Asking(f"request-{number}", "/mine") for number in range(2, 7)]
    assert [*PLAIN.asked(request(cookie)).values()] == asked
    PLAIN.remember_asking(request(cookie), response, Asking("request-4", used=True))
    noted = PLAIN.asked(request(response.headers.getlist("set-cookie")[-1].partition(";")[0]))
    assert [each.request_id for each in noted.values() if each.used] == ["request-4"]
    assert len(noted) == 5
    assert Cookies(b"other secret", encrypted=False).asked(request(cookie)) == {}
    assert PLAIN.asked(request('matka-asked=["request-1"]')) == {}
    assert PLAIN.asked(request()) == {}


def test_a_form_token_serves_one_browser_and_one_session() -> None:
    tokens = {
        PLAIN.form_token("browser", ""),
        PLAIN.form_token("browser", "session"),
        PLAIN.form_token("other", "session"),
        Cookies(b"other secret", encrypted=False).form_token("browser", "session"),
    }
    assert len(tokens) == 4


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "evil",
        "",
        "/a\nb",
        "javascript:alert(1)",
        "/\x00",
    ],
)
def test_the_way_back_never_leads_elsewhere(path: str) -> None:
    assert our_path(path) == "/"


@pytest.mark.parametrize("path", ["/", "/mine", "/sign-in/abc?token=x_Y-1", "/verify/MTK-2027?x=//y"])
def test_the_way_back_leads_to_a_page_of_ours(path: str) -> None:
    assert our_path(path) == path


def test_one_network_counts_as_one_client_where_addresses_are_free() -> None:
    clients = [
        client_of(request(client=(host, 1))) for host in ("2001:db8::1", "2001:db8::2", "2001:db8:1::1")
    ]
    assert clients[0] == clients[1] != clients[2]
    assert client_of(request(client=("::ffff:192.0.2.7", 1))) == client_of(request())
    assert client_of(request(client=("unix", 1))) == "unix"
    assert client_of(request(client=None)) == ""


@pytest.mark.parametrize("address", [{}, {"public_url": "http://matka.example.org"}])
def test_production_wants_an_encrypted_address(tmp_path: Path, address: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="MATKA_PUBLIC_URL"):
        settings(tmp_path, environment="production", **address)


def test_an_address_with_a_path_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="no path"):
        settings(tmp_path, public_url="https://example.org/matka")


@pytest.mark.parametrize(
    ("public_url", "origin"),
    [
        ("https://matka.example.org/", "https://matka.example.org"),
        ("https://matka.example.org:443", "https://matka.example.org"),
        ("https://matka.example.org:8443", "https://matka.example.org:8443"),
    ],
)
def test_the_origin_is_written_as_browsers_write_it(tmp_path: Path, public_url: str, origin: str) -> None:
    known = settings(tmp_path, public_url=public_url)
    assert known.origin == origin
    assert known.encrypted


def test_in_development_the_origin_is_the_process_s_own_address(tmp_path: Path) -> None:
    known = settings(tmp_path, environment="development")
    assert known.origin == "http://127.0.0.1:8000"
    assert not known.encrypted
    assert known.patience == 1
    assert settings(tmp_path, environment="rehearsal").patience > 1


def test_the_secret_is_the_same_for_all_replicas_and_differs_between_installations(tmp_path: Path) -> None:
    secrets = set()
    for name in ("one", "two"):
        create_keys(tmp_path / name, ["gateway"])
        twice = [settings(tmp_path / name, environment="development").secret for _ in range(2)]
        assert twice[0] == twice[1]
        secrets.add(twice[0])
    assert len(secrets) == 2
