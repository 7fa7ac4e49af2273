"""Signing in with a browser, by the mailed link or the code."""

import pytest

from matka_kit.testing import World
from tests.support.gateway import FROM_OUR_PAGE, Browser, mail_of
from tests.support.people import grant, register


@pytest.fixture(autouse=True)
async def amal(world: World) -> str:
    return await register(world, "amal@example.org", "Amal Haddad")


async def test_from_the_address_to_the_own_page_by_the_mailed_link(world: World, amal: str) -> None:
    await grant(world, amal, "mentee", "spring")
    browser = Browser.at(world)
    mail = await mail_of(world, await browser.ask("amal@example.org"))
    await browser.follow()
    assert browser.heading == "Katso sähköpostisi"

    await browser.open(mail.link)
    assert "paina painiketta" in browser.words
    answer = await browser.send(f"/sign-in/{mail.request_id}")
    assert answer.headers["location"] == "/mine"
    await browser.follow()
    assert browser.heading == "Hei, \u2068Amal Haddad\u2069"


async def test_opening_the_link_changes_nothing_however_often_a_mail_scanner_does_it(world: World) -> None:
    browser, scanner = Browser.at(world), Browser.at(world)
    mail = await mail_of(world, await browser.ask("amal@example.org"))
    for _ in range(3):
        assert (await scanner.open(mail.link)).status_code == 200
        assert (await scanner.http.head(mail.link)).status_code == 200
    await browser.open(mail.link)
    await browser.send(f"/sign-in/{mail.request_id}")
    await browser.follow()
    assert "Kirjaudu ulos" in browser.words


async def test_the_link_in_another_browser_asks_for_the_code(world: World) -> None:
    asking, other = Browser.at(world), Browser.at(world)
    mail = await mail_of(world, await asking.ask("amal@example.org"))
    await other.open(mail.link)
    assert other.heading == "Kirjoita viestissä oleva koodi"
    assert mail.token not in other.form(f"/sign-in/{mail.request_id}").values()

    await other.send(f"/sign-in/{mail.request_id}", token=mail.token)
    assert other.heading == "Kirjoita viestissä oleva koodi"
    await other.send(f"/sign-in/{mail.request_id}", code=f" {mail.code[:3]} {mail.code[3:]} ")
    await other.follow()
    assert "Kirjaudu ulos" in other.words


async def test_a_wrong_code_can_be_typed_again_and_says_how_often(world: World) -> None:
    browser = Browser.at(world)
    mail = await mail_of(world, await browser.ask("amal@example.org"))
    await browser.follow()
    wrong = "000000" if mail.code != "000000" else "111111"
    answer = await browser.send(f"/sign-in/{mail.request_id}", code=wrong)
    assert answer.status_code == 422
    assert "Yrityksiä jäljellä: 4" in browser.words
    assert 'aria-invalid="true"' in answer.text
    await browser.send(f"/sign-in/{mail.request_id}", code=mail.code)
    await browser.follow()
    assert "Kirjaudu ulos" in browser.words


async def test_five_wrong_codes_end_the_request_for_the_right_one_too(world: World) -> None:
    browser = Browser.at(world)
    mail = await mail_of(world, await browser.ask("amal@example.org"))
    await browser.follow()
    wrong = "000000" if mail.code != "000000" else "111111"
    for _ in range(4):
        await browser.send(f"/sign-in/{mail.request_id}", code=wrong)
    fields = browser.form(f"/sign-in/{mail.request_id}")
    path = f"/sign-in/{mail.request_id}"
    await browser.http.post(path, data={**fields, "code": wrong}, headers=FROM_OUR_PAGE)
    browser.page = await browser.http.post(path, data={**fields, "code": mail.code}, headers=FROM_OUR_PAGE)
    assert browser.page.status_code == 409
    assert browser.heading == "Tämä koodi ei enää toimi"
    assert "Avaa viestin linkki" in browser.words, "the link still works where it was asked for"
    await browser.open(mail.link)
    await browser.send(path)
    assert browser.page.status_code == 303


async def test_a_link_works_once_in_two_tabs_too(world: World) -> None:
    browser, tab = Browser.at(world), Browser.at(world)
    mail = await mail_of(world, await browser.ask("amal@example.org"))
    tab.http.cookies.update(browser.http.cookies)
    for each in (browser, tab):
        await each.open(mail.link)
    await browser.send(f"/sign-in/{mail.request_id}")
    await tab.send(f"/sign-in/{mail.request_id}")
    assert browser.page.status_code == 303
    assert (tab.page.status_code, tab.heading) == (409, "Tämä linkki ei enää toimi")


@pytest.mark.parametrize(("token", "code"), [("x y", ""), ("no-such-token", ""), ("no-such-token", "12345")])
async def test_what_cannot_sign_anybody_in_gets_one_answer(world: World, token: str, code: str) -> None:
    browser = Browser.at(world)
    request_id = await browser.ask("nobody@example.org")
    await browser.follow()
    fields = browser.form(f"/sign-in/{request_id}") | {"token": token, "code": code}
    browser.page = await browser.http.post(f"/sign-in/{request_id}", data=fields, headers=FROM_OUR_PAGE)
    assert (browser.page.status_code, browser.heading) == (409, "Tämä linkki ei enää toimi")


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12345a", "²²²²²²", "一二三四五六"])
async def test_what_cannot_be_a_code_is_no_attempt(world: World, typed: str) -> None:
    browser = Browser.at(world)
    mail = await mail_of(world, await browser.ask("amal@example.org"))
    await browser.follow()
    for _ in range(6):
        answer = await browser.send(f"/sign-in/{mail.request_id}", code=typed)
        assert answer.status_code == 422
        assert "Koodissa on kuusi numeroa." in browser.words
        assert f'value="{typed}"' in answer.text
    await browser.send(f"/sign-in/{mail.request_id}", code=mail.code)
    assert browser.page.status_code == 303


@pytest.mark.parametrize("zero", ["٠", "۰", "०", "０"])
async def test_digits_of_other_scripts_are_digits(world: World, zero: str) -> None:
    browser = Browser.at(world)
    mail = await mail_of(world, await browser.ask("amal@example.org"))
    await browser.follow()
    written = "".join(chr(ord(zero) + int(digit)) for digit in mail.code)
    answer = await browser.send(f"/sign-in/{mail.request_id}", code=f"\u200f{written[:3]}\u00a0{written[3:]}")
    assert answer.status_code == 303


async def test_a_used_link_says_so_in_its_browser_and_lets_in_who_is_signed_in(
    world: World, amal: str
) -> None:
    await grant(world, amal, "mentee", "spring")
    browser = Browser.at(world)
    mail = await mail_of(world, await browser.ask("amal@example.org"))
    await browser.open(mail.link)
    fields = browser.form(f"/sign-in/{mail.request_id}")
    await browser.send(f"/sign-in/{mail.request_id}")
    assert (await browser.open(mail.link)).headers["location"] == "/mine"
    await browser.follow()
    await browser.send("/sign-out")
    await browser.open(mail.link)
    assert (browser.page.status_code, browser.heading) == (409, "Tämä linkki on käytetty")
    await browser.open("/sign-in")
    fields["form_token"] = browser.form("/sign-in")["form_token"]
    path = f"/sign-in/{mail.request_id}"
    browser.page = await browser.http.post(path, data=fields, headers=FROM_OUR_PAGE)
    assert (browser.page.status_code, browser.heading) == (409, "Tämä linkki on käytetty")


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/programs/x?y=1", "/programs/x?y=1"),
        ("//evil.example", "/mine"),
        ("https://evil.example/", "/mine"),
        ("/\\evil.example", "/mine"),
        ("/" + "x" * 150, "/mine"),
        ("", "/mine"),
    ],
)
async def test_people_land_where_their_link_pointed_within_this_site(
    world: World, amal: str, wanted: str, reached: str
) -> None:
    await grant(world, amal, "mentee", "spring")
    browser = Browser.at(world)
    browser.page = await browser.http.get("/sign-in", params={"then": wanted})
    answer = await browser.send("/sign-in", email="amal@example.org")
    mail = await mail_of(world, str(answer.headers["location"]).rpartition("/")[2])
    await browser.open(mail.link)
    answer = await browser.send(f"/sign-in/{mail.request_id}")
    assert answer.headers["location"] == reached


async def test_the_letter_s_link_is_kept_through_a_mistyped_address(world: World) -> None:
    browser = Browser.at(world)
    await browser.open("/me")
    await browser.follow()
    await browser.follow()
    await browser.send("/sign-in", email="nonsense")
    await browser.send("/sign-in", email="amal@example.org")
    mail = await mail_of(world, str(browser.page.headers["location"]).rpartition("/")[2])
    await browser.open(mail.link)
    answer = await browser.send(f"/sign-in/{mail.request_id}")
    assert answer.headers["location"] == "/mine"


async def test_the_answer_is_the_same_for_an_unknown_address(world: World) -> None:
    pages = []
    for email in ("amal@example.org", "unknown@example.org"):
        browser = Browser.at(world)
        request_id = await browser.ask(email)
        await browser.follow()
        pages.append((browser.page.status_code, browser.words, len(request_id)))
    assert pages[0] == pages[1]


async def test_what_is_no_address_is_said_beside_the_field_and_kept_in_it(world: World) -> None:
    browser = Browser.at(world)
    await browser.open("/sign-in")
    answer = await browser.send("/sign-in", email='amal"><script>')
    assert answer.status_code == 422
    assert "Tämä ei ole sähköpostiosoite" in browser.words
    assert 'value="amal&#34;&gt;&lt;script&gt;"' in answer.text
    assert 'aria-describedby="email-problem"' in answer.text


async def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(world: World) -> None:
    browser, thief = Browser.at(world), Browser.at(world)
    await browser.sign_in(world, "amal@example.org")
    thief.http.cookies.update(browser.http.cookies)
    await browser.send("/sign-out")
    assert browser.page.headers["location"] == "/"
    assert "matka-session" not in browser.http.cookies
    await thief.open("/mine")
    assert thief.page.headers["location"] == "/sign-in?then=/mine"


async def test_signing_in_again_ends_the_session_before(world: World) -> None:
    browser, old = Browser.at(world), Browser.at(world)
    await browser.sign_in(world, "amal@example.org")
    old.http.cookies.update(browser.http.cookies)
    await browser.sign_in(world, "amal@example.org")
    await old.open("/mine")
    assert old.page.headers["location"] == "/sign-in?then=/mine"


async def test_everybody_lands_where_they_belong(world: World) -> None:
    places = {}
    for name, roles in {"staff": ["helper"], "both": ["reader", "mentor"], "none": []}.items():
        email = f"{name}@example.org"
        person = await register(world, email, name)
        for role in roles:
            await grant(world, person, role, "spring")
        browser = Browser.at(world)
        mail = await mail_of(world, await browser.ask(email))
        await browser.open(mail.link)
        answer = await browser.send(f"/sign-in/{mail.request_id}")
        places[name] = answer.headers["location"]
    assert places == {"staff": "/programs", "both": "/", "none": "/"}


async def test_after_too_many_requests_for_one_address_people_are_asked_to_wait(world: World) -> None:
    browser = Browser.at(world)
    for _ in range(5):
        await browser.ask("often@example.org")
    await browser.open("/sign-in")
    answer = await browser.send("/sign-in", email=" Often@Example.org ")
    assert answer.status_code == 429
    assert "Retry-After" in answer.headers
    assert browser.heading == "Yrityksiä oli liian tiheään"
