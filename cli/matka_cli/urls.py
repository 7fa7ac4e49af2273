"""The forms that URLs of broker, store and mail server must have."""

import os
from pathlib import Path
from urllib.parse import urlsplit

SECRETS = "MATKA_SECRETS_DIR"  # names a folder with files that stand for variables, as for services
BROKER, STORE, SMTP = "MATKA_BROKER_URL", "MATKA_STORE_URL", "MATKA_SMTP_URL"
SCHEMES = {
    BROKER: ("amqp", "amqps"),
    STORE: ("sqlite", "mongodb", "mongodb+srv"),
    SMTP: ("smtp", "smtps", "smtp+starttls"),
}


class BadUrl(Exception):
    """A URL is not of its kind's form; the text names where it stands and shows no secrets."""


def take_from_files() -> None:
    """Set the URLs that are not set, where a file in the folder that `MATKA_SECRETS_DIR` names has them."""
    folder = os.environ.get(SECRETS)
    for variable in SCHEMES if folder else ():
        file = Path(str(folder)) / variable.lower()
        if variable not in os.environ and file.is_file():
            os.environ[variable] = file.read_text(encoding="utf-8").strip()


def check_url(kind: str, url: str, name: str) -> None:
    """Whether a URL, if there is one, has its kind's form; `name` says where it stands. Raises `BadUrl`."""
    schemes = SCHEMES[kind]
    if url and not _well_formed(url, schemes):
        *others, last = (f"{scheme}:DIR" if scheme == "sqlite" else f"{scheme}://HOST" for scheme in schemes)
        raise BadUrl(f"{name} is not a URL of the form {', '.join(others)} or {last}")


def _well_formed(url: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(url)
        several_hosts = parts.scheme == "mongodb" and "," in parts.netloc
        port = None if several_hosts else parts.port
    except ValueError:
        return False
    place = parts.path if parts.scheme == "sqlite" else parts.hostname
    return parts.scheme in schemes and bool(place) and port != 0
