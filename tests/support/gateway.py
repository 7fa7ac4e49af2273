"""People at the gateway: signed in over the API or with a browser, by the mail's token or code."""

import html
import re
from dataclasses import dataclass, field
from typing import Any, Self

import httpx2

from matka_kit.testing import World

ORIGIN = "http://gateway.test"
FROM_OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Mail:
    """What a sign-in mail says."""

    request_id: str
    token: str
    code: str

    @property
    def link(self) -> str:
        return f"/sign-in/{self.request_id}?token={self.token}"


async def mail_of(world: World, request_id: str) -> Mail:
    """The mail that notifications would send for a request of somebody who is known."""
    await world.drain()
    answer = await world.as_service("people", "notifications").post(f"/sign-ins/{request_id}/mint")
    assert answer.status_code == 200, answer.text
    minted = answer.json()
    return Mail(request_id, minted["token"], minted["code"])


async def api_session(world: World, email: str) -> httpx2.AsyncClient:
    """An API client that has signed in by mail."""
    api = world.as_nobody("gateway")
    request_id = (await api.post("/api/sign-in", json={"email": email})).json()["request_id"]
    mail = await mail_of(world, request_id)
    body = {"request_id": request_id, "token": mail.token}
    answer = await api.post("/api/sign-in/redeem", json=body)
    assert answer.status_code == 200, answer.text
    api.headers["Authorization"] = f"Bearer {answer.json()['session']}"
    return api


@dataclass
class Browser:
    """A browser that remembers cookies and sends forms as pages have them; it follows redirects by hand."""

    http: httpx2.AsyncClient
    page: httpx2.Response = field(default_factory=lambda: httpx2.Response(204))

    @classmethod
    def at(cls, world: World, language: str = "fi") -> Self:
        http = world.as_nobody("gateway")
        http.headers["Accept-Language"] = language
        return cls(http)

    async def open(self, path: str) -> httpx2.Response:
        self.page = await self.http.get(path)
        return self.page

    async def send(self, path: str, **fields: str) -> httpx2.Response:
        """Post the form of the page in view that leads to `path`, with these fields filled in."""
        form = self.form(path)
        self.page = await self.http.post(path, data={**form, **fields}, headers=FROM_OUR_PAGE)
        return self.page

    async def follow(self) -> httpx2.Response:
        assert self.page.status_code == 303, self.page.text
        return await self.open(self.page.headers["location"])

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of the form that posts to `path`."""
        found = re.search(
            rf'<form[^>]*method="post"[^>]*action="{re.escape(path)}"[^>]*>(.*?)</form>',
            self.page.text,
            re.DOTALL,
        )
        assert found, f"no form leads to {path} on {self.page.url}"
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', found[1])
        return {name: html.unescape(value) for name, value in hidden}

    @property
    def words(self) -> str:
        """What the page in view says, without markup."""
        body = re.sub(r"<(head)>.*?</\1>", " ", self.page.text, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    @property
    def heading(self) -> str:
        found = re.search(r"<h1>(.*?)</h1>", self.page.text, re.DOTALL)
        return html.unescape(found[1]) if found else ""

    async def ask(self, email: str) -> str:
        """Ask for a link; the request's id."""
        await self.open("/sign-in")
        answer = await self.send("/sign-in", email=email)
        assert answer.status_code == 303, self.words
        return str(answer.headers["location"]).rpartition("/")[2]

    async def sign_in(self, world: World, email: str) -> None:
        """Sign in by the link in the mail and look at the page behind it."""
        mail = await mail_of(world, await self.ask(email))
        await self.open(mail.link)
        await self.send(f"/sign-in/{mail.request_id}")
        await self.follow()


def problem(answer: httpx2.Response) -> dict[str, Any]:
    """A problem document."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    found: dict[str, Any] = answer.json()
    return found
