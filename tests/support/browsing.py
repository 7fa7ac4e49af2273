"""A program to look at in a real browser: services kept up on a rehearsal's data, ways to see pages."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Playwright

from matka_cli.machine import chromium

NARROW, WIDE = 320, 1280
_SWITCHES = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-lcd-text",  # pictures without coloured fringes
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_SIGN_IN = re.compile(r"https?://\S+/sign-in/\S+\?token=\S+")
_UP_SECONDS, _MAIL_SECONDS = 90, 20


def launched(playwright: Playwright) -> Browser:
    """The distribution's Chromium, headless, with an empty profile."""
    path = chromium()
    assert path, "browser tests need Chromium: make test-browser installs it"
    return playwright.chromium.launch(executable_path=path, args=list(_SWITCHES))


@dataclass
class Site:
    """A running Matka. `url` is its public address, `data` the folder of its rehearsal."""

    url: str
    data: Path
    _seen: set[Path] = field(default_factory=set)

    def mail_to(self, email: str, template: str) -> str:
        """The text of the newest mail of a kind to somebody that was not read before."""
        deadline = time.monotonic() + _MAIL_SECONDS
        while time.monotonic() < deadline:
            for path in sorted((self.data / "mail").glob(f"*-{template}-{email}.eml"), reverse=True):
                if path not in self._seen:
                    self._seen.add(path)
                    message = message_from_bytes(path.read_bytes(), policy=policy.default)
                    body = message.get_body(("plain",))
                    assert body is not None
                    return str(body.get_content())
            time.sleep(0.05)
        raise AssertionError(f"no {template} came for {email} within {_MAIL_SECONDS} s")

    def newest(self, template: str) -> tuple[str, str]:
        """Address and text of the newest mail of a kind, read before or not."""
        paths = sorted((self.data / "mail").glob(f"*-{template}-*@*.eml"))
        assert paths, f"nobody has got {template}"
        message = message_from_bytes(paths[-1].read_bytes(), policy=policy.default)
        body = message.get_body(("plain",))
        assert body is not None
        return str(message["To"].addresses[0].addr_spec), str(body.get_content())

    def forget_mail(self) -> None:
        """Pass over all mail that has come so far."""
        self._seen.update((self.data / "mail").glob("*.eml"))

    def sign_in(self, page: Page, email: str) -> None:
        """Sign in as people do: ask for a link, open it, press the button."""
        self.forget_mail()
        page.goto(f"{self.url}/sign-in")
        page.locator("#email").fill(email)
        page.locator("main form button").click()
        found = _SIGN_IN.search(self.mail_to(email, "sign-in"))
        assert found, "a sign-in mail has a link"
        page.goto(found.group(0))
        page.locator("main form button").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)


@contextlib.contextmanager
def kept_up(data: Path) -> Iterator[Site]:
    """Services on the data of a rehearsal, as `make explore` starts them."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MATKA_")}
    words = [str(Path(sys.executable).with_name("matka")), "up", "--quiet", "--data", str(data)]
    with (data / "up.log").open("w") as log:
        process = subprocess.Popen(words, stdout=log, stderr=log, env=clean)
    try:
        yield Site(_address(data / "up.log", process), data)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def _address(log: Path, process: "subprocess.Popen[bytes]") -> str:
    deadline = time.monotonic() + _UP_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        if found := re.search(r"Sign in: (\S+)/sign-in", log.read_text("utf-8")):
            return found.group(1)
        time.sleep(0.1)
    raise AssertionError(f"Matka did not come up:\n{log.read_text('utf-8')}")


def context_of(
    browser: Browser, *, width: int = WIDE, language: str = "en", scripts: bool = False
) -> BrowserContext:
    """A browser of somebody's own; without JavaScript, as every page must work."""
    return browser.new_context(
        viewport={"width": width, "height": 800}, locale=language, java_script_enabled=scripts
    )
