"""Each service gets a key and a broker user of its own, and nothing of the others' but their public keys."""

import json
from pathlib import Path

from matka_cli.roster import KEY_HOLDERS, SERVICES
from matka_kit.auth import Signer, Verifier
from tests.support.command import complaint, said


def url_in(folder: Path, holder: str) -> str:
    return (folder / holder / "matka_broker_url").read_text()


def test_a_service_finds_its_own_key_and_everybodys_public_ones(tmp_path: Path) -> None:
    said("credentials", tmp_path)
    for holder in KEY_HOLDERS:
        assert [path.name for path in (tmp_path / holder).glob("*.private.pem")] == [f"{holder}.private.pem"]
    token = Signer.of(tmp_path / "gateway", "gateway").own_token("people")
    assert Verifier(tmp_path / "people", "people", "gateway").caller(token).subject == "gateway"


def test_what_is_secret_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    said("credentials", tmp_path)
    for holder in KEY_HOLDERS:
        for name in (f"{holder}.private.pem", "matka_broker_url"):
            assert (tmp_path / holder / name).stat().st_mode & 0o077 == 0
    definitions = (tmp_path / "broker" / "definitions.json").read_text()
    passwords = [url_in(tmp_path, holder).split(":")[2].split("@")[0] for holder in KEY_HOLDERS]
    assert len(set(passwords)) == len(KEY_HOLDERS)
    assert not [password for password in passwords if password in definitions]


def test_doing_it_again_keeps_what_is_there_and_brings_what_is_lost(tmp_path: Path) -> None:
    said("credentials", tmp_path, "--broker", "rabbit.example:5671")
    url, key = url_in(tmp_path, "people"), (tmp_path / "people" / "people.private.pem").read_bytes()
    assert url.startswith("amqp://people:")
    assert url.endswith("@rabbit.example:5671/")
    (tmp_path / "pairing" / "pairing.private.pem").unlink()
    said("credentials", tmp_path, "--broker", "rabbit.example:5671")
    assert url_in(tmp_path, "people") == url
    assert (tmp_path / "people" / "people.private.pem").read_bytes() == key
    token = Signer.of(tmp_path / "pairing", "pairing").own_token("people")
    assert Verifier(tmp_path / "people", "people", "gateway").caller(token).subject == "pairing"


def test_the_broker_is_told_users_by_their_hashes(tmp_path: Path) -> None:
    said("credentials", tmp_path)
    found = json.loads((tmp_path / "broker" / "definitions.json").read_text())
    assert {user["name"] for user in found["users"]} == {*SERVICES, "cli"}
    assert [user["name"] for user in found["users"] if user["tags"]] == ["cli"]
    assert [each["user"] for each in found["permissions"] if each["configure"] != "^$"] == ["cli"]


def test_the_command_takes_urls_from_files_where_services_do(broker: str, tmp_path: Path) -> None:
    (tmp_path / "matka_broker_url").write_text(f"{broker}\n")
    told = said("topology", "apply", MATKA_SECRETS_DIR=str(tmp_path))
    assert told == "The broker holds what the services need.\n"
    assert "Missing option" in complaint("outbox", status=2, MATKA_SECRETS_DIR=str(tmp_path))
