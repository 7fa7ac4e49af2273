"""Settings: what the environment may say, and what has no place in production."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from pydantic_settings import SettingsError

from matka_kit.settings import ServiceSettings

NEEDED = {"MATKA_BROKER_URL": "amqp://u:secret@broker", "MATKA_STORE_URL": "sqlite:x", "MATKA_KEYS": "keys"}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name, value in NEEDED.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def read() -> ServiceSettings:
    return ServiceSettings()


def test_the_environment_says_everything(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("MATKA_RUNGS", "1,2,3")
    environment.setenv("MATKA_URLS", '{"people": "http://people.test:8000/"}')
    settings = read()
    assert settings.rungs == (1, 2, 3)
    assert settings.url_of("people") == "http://people.test:8000"
    assert settings.environment == "production"
    with pytest.raises(KeyError):
        settings.url_of("nobody")


@pytest.mark.parametrize("toy", [{"MATKA_CLOCK": "file:x"}, {"MATKA_CRASH_AT": "after-the-write"}])
def test_production_takes_neither_a_stepped_clock_nor_a_crash_point(
    environment: pytest.MonkeyPatch, toy: dict[str, str]
) -> None:
    for name, value in toy.items():
        environment.setenv(name, value)
    with pytest.raises(ValidationError, match="production takes neither MATKA_CLOCK"):
        read()
    environment.setenv("MATKA_ENVIRONMENT", "rehearsal")
    assert read().environment == "rehearsal"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MATKA_ENVIRONMENT", "playground"),
        ("MATKA_PORT", "70000"),
        ("MATKA_ROLE", "boss"),
        ("MATKA_RUNGS", "5,soon"),
        ("MATKA_URLS", '{"people": "not a url"}'),
        ("MATKA_LOG_LEVEL", "shout"),
    ],
)
def test_a_wrong_word_is_refused_without_being_repeated(
    environment: pytest.MonkeyPatch, name: str, value: str
) -> None:
    environment.setenv(name, value)
    with pytest.raises(ValidationError) as refused:
        read()
    assert "input_value" not in str(refused.value)


def test_urls_are_json(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("MATKA_URLS", "people")
    with pytest.raises(SettingsError, match='"urls"'):
        read()


@pytest.mark.parametrize("name", NEEDED)
def test_nothing_needed_may_be_missing(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.delenv(name)
    with pytest.raises(ValidationError):
        read()


def test_a_secret_may_stand_in_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class WithSecrets(ServiceSettings):
        model_config = ServiceSettings.model_config | {"secrets_dir": tmp_path}

    environment.delenv("MATKA_BROKER_URL")
    (tmp_path / "matka_broker_url").write_text("amqp://from-a-file\n", encoding="utf-8")
    nothing: dict[str, Any] = {}
    assert WithSecrets(**nothing).broker_url == "amqp://from-a-file"
