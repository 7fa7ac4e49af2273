"""A member of staff at their browser, in a world with every service whose answers staff pages show."""

from typing import Any
from urllib.parse import urlencode

from matka_certificates.main import SERVICE as CERTIFICATES
from matka_gateway.main import SERVICE
from matka_kit.declaration import Service
from matka_kit.testing import World
from matka_pairing.main import SERVICE as PAIRING
from matka_people.main import SERVICE as PEOPLE
from matka_scheduling.main import SERVICE as SCHEDULING
from tests.support.forms import Page
from tests.support.gateway import FROM_OUR_PAGE, Browser

SERVICES: list[Service[Any]] = [PEOPLE, PAIRING, SCHEDULING, CERTIFICATES, SERVICE]


class StaffBrowser(Browser):
    """Presses buttons as they are called and follows where they lead, once all that follows has happened."""

    async def press(self, world: World, words: str, **typed: str | list[str]) -> None:
        form, button = Page(self.page.text).with_button(words)
        sent = form.filled(button, typed)
        if form.method == "get":
            await self.open(f"{form.action.partition('?')[0]}?{urlencode(sent, doseq=True)}")
            return
        self.page = await self.http.post(form.action, data=sent, headers=FROM_OUR_PAGE)
        await world.drain()
        if self.page.status_code == 303:
            await self.follow()

    def has_button(self, words: str) -> bool:
        buttons = [button.words for form in Page(self.page.text).forms for button in form.buttons]
        return any(each.startswith(words) for each in buttons)


async def at_work(world: World, email: str, language: str = "English") -> StaffBrowser:
    """Somebody of staff who has signed in and chosen a language."""
    browser = StaffBrowser.at(world)
    await browser.sign_in(world, email)
    await browser.press(world, language)
    return browser
