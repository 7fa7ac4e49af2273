"""Two taps in a mail, without signing in: the link that asks whether a meeting took place."""

import json
import re
from base64 import urlsafe_b64decode
from html.parser import HTMLParser
from urllib.parse import urlencode

from matka_cli.rehearse.mailroom import Received
from matka_cli.rehearse.people import Player, RefusedInRehearsal
from matka_cli.rehearse.production import Production

_LINK = re.compile(r"(https?://\S+?)(/log/([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+)")
_TEMPLATE = "meeting-log"
_SEE_OTHER = 303


class _Buttons(HTMLParser):
    """The forms of a page: where each goes, and what its fields and buttons say."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take down a form, a hidden field or a button."""
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append({})
        if self.forms and tag in {"input", "button"} and has.get("name"):
            self.forms[-1].setdefault(has["name"], []).append(has.get("value", ""))


async def log_by_link(show: Production, player: Player, meeting_id: str) -> bool:
    """Open the link of the mail, press yes; whether there was such a mail. Raises `RefusedInRehearsal`."""
    for mail in await show.mailroom.inbox(player.address, _TEMPLATE, show.stage.moments):
        if link := _link(mail, meeting_id):
            await _press_yes(show, player, *link)
            return True
    return False


def _link(mail: Received, meeting_id: str) -> tuple[str, str] | None:
    """Origin and path of the link, if the mail is about this meeting: what a link is about is no secret."""
    for origin, path, said in _LINK.findall(mail.text):
        facts = json.loads(urlsafe_b64decode(said + "=" * (-len(said) % 4)))
        if meeting_id in facts:
            return origin, path
    return None


async def _press_yes(show: Production, player: Player, origin: str, path: str) -> None:
    page = await show.hands.visit("GET", path, {"Accept-Language": player.language})
    read = _Buttons()
    read.feed(page.body.decode())
    fields = next((form for form in read.forms if "yes" in form.get("held", [])), None)
    if page.is_error or fields is None:
        raise RefusedInRehearsal(f"{player.email}: {path}: {page.status}, no button that says yes")
    pressed = {name: values[0] for name, values in fields.items() if name != "held"} | {"held": "yes"}
    headers = {
        "Origin": origin,
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    answer = await show.hands.visit("POST", path, headers, urlencode(pressed).encode())
    if answer.status != _SEE_OTHER:
        raise RefusedInRehearsal(f"{player.email}: {path}: {answer.status}")
