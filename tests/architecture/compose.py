"""Checks docker-compose.yml: it parses, and every service is checked, ordered and scalable."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("people", "pairing", "scheduling", "learning", "notifications", "certificates", "gateway")
BACKING = {"rabbitmq": "rabbitmq:4", "mongo": "mongo:8", "mailpit": "axllent/mailpit:latest"}


class Strict(BaseModel):
    """Refuses words that the compose specification, as far as it is used here, does not know."""

    model_config = ConfigDict(extra="forbid")


class Condition(Strict):
    condition: Literal["service_started", "service_healthy", "service_completed_successfully"]


class Build(Strict):
    context: str
    args: dict[str, str] = {}


class Health(Strict):
    test: list[str] = []
    interval: str = ""
    timeout: str = ""
    retries: int = 3
    start_period: str = ""
    disable: bool = False


class Container(Strict):
    image: str = ""
    build: Build | None = None
    command: list[str] = []
    hostname: str = ""
    network_mode: Literal["", "none"] = ""
    environment: dict[str, str | None] = {}  # no value: passed on if whoever starts it has one
    volumes: list[str] = []
    ports: list[str] = []
    depends_on: dict[str, Condition] = {}
    healthcheck: Health | None = None
    restart: Literal["no", "always", "on-failure", "unless-stopped"] = "no"
    read_only: bool = False
    tmpfs: list[str] = []
    cap_drop: list[str] = []
    security_opt: list[str] = []
    stop_grace_period: str = ""
    deploy: dict[str, Any] = {}


class Compose(BaseModel):
    """The file; keys that begin with x- are the specification's place for what is used again."""

    services: dict[str, Container]
    volumes: dict[str, None] = Field(default_factory=dict)


def faults(text: str) -> Iterator[str]:
    """What is wrong with the file's contents."""
    try:
        compose = Compose.model_validate(yaml.safe_load(text))
    except (ValidationError, yaml.YAMLError) as error:
        yield f"does not parse: {error}"
        return
    if missing := {*SERVICES, *BACKING, "credentials", "topology"} - set(compose.services):
        yield f"lacks {', '.join(sorted(missing))}"
    for name, container in compose.services.items():
        yield from (f"{name}: {words}" for words in _faults_of(name, container, compose))


def _faults_of(name: str, container: Container, compose: Compose) -> Iterator[str]:
    if not container.image and container.build is None:
        yield "has neither image nor build"
    if name in BACKING and container.image != BACKING[name]:
        yield f"is {container.image}, not {BACKING[name]}"
    if name in BACKING and container.healthcheck is None:
        yield "has no health check"
    for other in container.depends_on.keys() - compose.services.keys():
        yield f"depends on {other}, which is not there"
    yield from _faults_of_volumes(container, compose)
    if name in SERVICES:
        yield from _faults_of_ours(name, container)


def _faults_of_volumes(container: Container, compose: Compose) -> Iterator[str]:
    """A volume must be declared; what begins with a dot is a file of ours."""
    for volume in {volume.split(":")[0] for volume in container.volumes} - compose.volumes.keys():
        if not volume.startswith("./"):
            yield f"mounts {volume}, which is not declared"
        elif not (ROOT / volume).is_file():
            yield f"mounts {volume}, which is not in the checkout"


def _faults_of_ours(name: str, container: Container) -> Iterator[str]:
    if container.build is None or container.build.args != {"SERVICE": name}:
        yield "is not built for itself"
    if container.healthcheck is not None:
        yield "hides the image's own health check"
    if container.volumes != [f"{name}-keys:/keys:ro"]:
        yield "does not see its own keys, or sees more than them"
    if container.ports and name != "gateway":
        yield "has a fixed host port and could not be scaled"
    conditions = {other: wait.condition for other, wait in container.depends_on.items()}
    if conditions.get("topology") != "service_completed_successfully":
        yield "does not wait for the topology job"
    if not {"rabbitmq", "mongo"} <= {other for other, how in conditions.items() if how == "service_healthy"}:
        yield "does not wait for healthy broker and store"


def main() -> int:
    """1 if our check or the compose linter finds a fault."""
    path = ROOT / "docker-compose.yml"
    found = list(faults(path.read_text(encoding="utf-8")))
    print("\n".join(found))
    linter = [str(Path(sys.executable).parent / "compose-lint"), "check", "--fail-on", "medium"]
    settings = ["--config", str(Path(__file__).with_name("compose-lint.yml"))]
    with tempfile.TemporaryDirectory() as folder:  # what it says of a mount depends on where a checkout lies
        copy = shutil.copy(path, folder)
        words = [*linter, *settings, copy]
        linted = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if linted.returncode:
        print(linted.stdout, linted.stderr)
    return 1 if found or linted.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
