"""What participants do on their own pages beside meeting: agree, set goals, turn to staff, change details."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from matka_kit.auth import create_keys
from matka_kit.testing import World
from tests.support.gateway import Browser
from tests.support.own_pages import SERVICES, SITE, at_home, do, leads
from tests.support.small_program import BEGINNING, MENTEE, MENTOR, SmallProgram

AGREED = {
    "form": "phone",
    "language": "fi",
    "language_level": "B1",
    "least": "2",
    "most": "4",
    "goals": "Löytää harjoittelupaikka <i>nyt</i>",
    "holidays": "Viikot 7 ja 8",
}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    create_keys(tmp_path / "keys", ["notifications"])
    async with World(tmp_path, SERVICES, BEGINNING, {"public_url": SITE}) as running:
        yield running


@pytest.fixture
async def program(world: World) -> SmallProgram:
    return await SmallProgram.opened(world)


@pytest.fixture
async def pair(program: SmallProgram) -> str:
    """The path of a pair that has formed in a started program."""
    ids = await program.imports()
    await program.gathers("mentor-training", 5, [ids[MENTOR]])
    await program.tell("pairing/programs/*/start")
    return f"/mine/pairs/{await program.matches(ids)}"


async def opened(world: World, email: str, path: str, language: str = "fi") -> Browser:
    browser = await at_home(world, email, language)
    assert (await browser.open(path)).status_code == 200, browser.words
    return browser


async def test_the_two_agree_and_the_other_changes_it(world: World, pair: str) -> None:
    path = f"{pair}/agreement"
    mentor = await opened(world, MENTOR, path)
    assert '<option value="fi" selected>suomi</option>' in mentor.page.text, "the language that they share"
    await do(mentor, world, path, **AGREED)
    assert "Sopimuksenne on kirjattu." in mentor.words
    assert "miten ja mitä varten tapaatte" not in mentor.words
    mentee = await opened(world, MENTEE, path, "en")
    assert "Löytää harjoittelupaikka &lt;i&gt;nyt&lt;/i&gt;</textarea>" in mentee.page.text
    await do(mentee, world, path, **AGREED | {"form": "video", "language_level": ""})
    await mentor.open(path)
    assert 'value="video" checked' in mentor.page.text
    await mentor.open(f"{pair}/meetings")
    assert '<option value="video" selected>' in mentor.page.text, "the next meeting is as they agreed"


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"form": ""}, "form", "Valitse, miten tapaatte."),
        ({"language": "xx"}, "language", "Valitse kieli."),
        ({"language_level": "Z9"}, "language_level", "Valitse taso."),
        ({"least": "3", "most": "2"}, "least", "pienempi luku ensin"),
        ({"least": "kaksi"}, "least", "pienempi luku ensin"),
        ({"most": "99"}, "least", "pienempi luku ensin"),
        ({"holidays": "x" * 1001}, "holidays", "Tämä on liian pitkä."),
    ],
)
async def test_an_agreement_that_lacks_something_says_where_and_keeps_the_rest(
    world: World, pair: str, wrong: dict[str, str], field: str, sentence: str
) -> None:
    mentor = await opened(world, MENTOR, f"{pair}/agreement")
    answer = await mentor.send(f"{pair}/agreement", **AGREED | wrong)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert sentence in mentor.words
    assert "Löytää harjoittelupaikka" in mentor.words


async def test_there_is_nothing_to_agree_on_before_the_two_are_a_pair_nor_to_change_after(
    world: World, program: SmallProgram, pair: str
) -> None:
    mentor = await opened(world, MENTOR, f"{pair}/agreement")
    await do(mentor, world, f"{pair}/agreement", **AGREED)
    await mentor.open(f"{pair}/agreement")
    form = mentor.form(f"{pair}/agreement")
    await program.ends()
    answer = await mentor.send(f"{pair}/agreement", **AGREED | {"form": "video"} | form)
    assert answer.status_code == 409
    await mentor.open(f"{pair}/agreement")
    assert "Puhelimitse" in mentor.words
    assert leads(mentor, "pairs/.*") == []


async def test_goals_exercises_and_introductions_grow_between_the_meetings(world: World, pair: str) -> None:
    path = f"{pair}/goals"
    mentor = await opened(world, MENTOR, path)
    assert leads(mentor, "pairs/[^/]+/goals") == [], "goals are the mentee's"
    await do(mentor, world, f"{pair}/exercises", exercise="cv-on-one-page")
    assert "Tehtävä on nyt luettelossanne." in mentor.words
    await do(mentor, world, f"{pair}/introductions", how="workplace-visit", organisation="company")
    assert "Vierailu työpaikalla, Yritys" in mentor.words
    await do(mentor, world, f"{pair}/introductions", how="event")

    mentee = await opened(world, MENTEE, path, "en")
    assert "A visit to a workplace, Company" in mentee.words
    assert leads(mentee, "pairs/[^/]+/introductions") == []
    await do(mentee, world, path, kind="cv", text="A CV of <one> page")
    assert "A CV of <one> page CV" in mentee.words
    [reach] = leads(mentee, "pairs/[^/]+/goals/[^/]+/reach")
    await do(mentee, world, reach)
    assert "The goal is reached. Well done!" in mentee.words
    [done] = leads(mentee, "pairs/[^/]+/exercises/[^/]+/done")
    await do(mentee, world, done)
    assert leads(mentee, "pairs/[^/]+/exercises/.*") == []
    await mentor.open(path)
    assert "A CV of <one> page" in mentor.words
    assert "Saavutettu" in mentor.words


@pytest.mark.parametrize(
    ("who", "form", "fields", "sentence"),
    [
        (MENTEE, "goals", {"kind": "cv", "text": " "}, "Kirjoita tavoitteesi muutamalla sanalla."),
        (MENTEE, "goals", {"kind": "", "text": "CV"}, "Valitse, mistä on kyse."),
        (MENTOR, "exercises", {}, "Valitse tehtävä."),
        (MENTOR, "exercises", {"exercise": "none-such"}, "Täällä ei ole mitään"),
        (MENTOR, "introductions", {"how": ""}, "Valitse, mistä on kyse."),
    ],
)
async def test_an_unfinished_line_says_what_is_missing(
    world: World, pair: str, who: str, form: str, fields: dict[str, str], sentence: str
) -> None:
    browser = await opened(world, who, f"{pair}/goals")
    answer = await browser.send(f"{pair}/{form}", **fields)
    assert answer.status_code in {404, 422}
    assert sentence in browser.words


@pytest.mark.usefixtures("pair")
async def test_one_turns_to_staff_and_the_other_of_the_pair_does_not_see_it(
    world: World, program: SmallProgram
) -> None:
    mentee = await opened(world, MENTEE, "/mine/support")
    said = {"kind": "meetings", "text": "Emme pääse <alkuun>."}
    await do(mentee, world, "/mine/support", **said)
    assert "Viestisi on mennyt hanketiimille." in mentee.words
    assert "Tapaamisemme eivät onnistu Hanketiimi hoitaa asiaa" in mentee.words
    assert "Emme pääse <alkuun>." in mentee.words
    mentor = await opened(world, MENTOR, "/mine/support")
    assert "alkuun" not in mentor.words
    [case] = (await program.ask("pairing/programs/*/cases"))["cases"]
    await program.tell(f"pairing/cases/{case['id']}/resolve", {"outcome": "continues", "note": "Soitettu."})
    await mentee.open("/mine/support")
    assert "Pari jatkaa." in mentee.words
    assert "Soitettu." not in mentee.words


@pytest.mark.usefixtures("pair")
async def test_who_has_no_pair_turns_to_staff_of_the_program(world: World, program: SmallProgram) -> None:
    alone = await opened(world, "anh@example.org", "/mine/support")
    await do(alone, world, "/mine/support", kind="question", text="Milloin saan parin?")
    assert len((await program.ask("pairing/programs/*/cases"))["cases"]) == 1


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"kind": ""}, "Valitse, mistä on kyse."),
        ({"text": "  "}, "Kirjoita muutamalla sanalla, mistä on kyse."),
        ({"about": "somebody-else"}, "Valitse, mitä paria tai ohjelmaa asia koskee."),
    ],
)
@pytest.mark.usefixtures("pair")
async def test_an_unfinished_message_is_kept(world: World, wrong: dict[str, str], sentence: str) -> None:
    mentee = await opened(world, MENTEE, "/mine/support")
    answer = await mentee.send("/mine/support", **{"kind": "other", "text": "Hei vain"} | wrong)
    assert answer.status_code == 422
    assert sentence in mentee.words
    assert ("Hei vain" in mentee.words) == ("text" not in wrong)


@pytest.mark.usefixtures("pair")
async def test_one_changes_one_s_own_details_and_reads_on_in_the_new_language(world: World) -> None:
    mentor = await opened(world, MENTOR, "/mine/details")
    changed = {
        "name": "Maija von Essen",
        "email": "maija.von.essen@example.org",
        "phone": "+358 40 123 4567",
        "language": "sv",
    }
    await do(mentor, world, "/mine/details", **changed)
    assert "Dina uppgifter är ändrade." in mentor.words
    assert all(f'value="{changed[name]}"' in mentor.page.text for name in ("name", "email", "phone"))
    assert " checked" not in mentor.page.text, "reminders were not ticked"
    again = await opened(world, changed["email"], "/mine/details", "sv")
    await do(again, world, "/mine/details", **changed, reminders="yes")
    assert " checked" in again.page.text


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"name": " "}, "name", "Kirjoita nimesi."),
        ({"email": "maija"}, "email", "Kirjoita sähköpostiosoite"),
        ({"email": "maija@nowhere"}, "email", "Sähköpostiosoite: Tarkista tämä."),
        ({"phone": "soita vaan"}, "phone", "Kirjoita puhelinnumero, esimerkiksi +358 40 123 4567."),
        ({"email": "orn@example.org"}, "", "Sähköpostiosoite on jo toisella henkilöllä."),
    ],
)
@pytest.mark.usefixtures("pair")
async def test_details_that_cannot_be_are_kept_and_marked(
    world: World, wrong: dict[str, str], field: str, sentence: str
) -> None:
    mentor = await opened(world, MENTOR, "/mine/details")
    right = {"name": "Maija", "email": MENTOR, "phone": "", "language": "fi", "reminders": "yes"}
    answer = await mentor.send("/mine/details", **right | wrong)
    assert answer.status_code in {409, 422}
    assert sentence in mentor.words
    assert f'<a href="#{field}">' in answer.text or not field
    assert " checked" in answer.text
    world.deps("gateway").settings.urls.pop("people")
    assert (await mentor.open("/mine/details")).status_code == 503


@pytest.mark.usefixtures("pair")
async def test_once_the_program_is_closed_no_form_is_offered_but_whom_to_ask_instead(
    world: World, program: SmallProgram
) -> None:
    mentee = await opened(world, MENTEE, "/mine/support")
    await program.ends()
    late = await mentee.send("/mine/support", kind="other", text="Vielä yksi asia")
    assert late.status_code == 409
    assert "<textarea" not in late.text
    await mentee.open("/mine")
    assert "Ohjelmasi on päättynyt. Täältä näet, keneltä voit nyt kysyä" in mentee.words
    assert "hanketiimi on sinua varten" not in mentee.words
    await mentee.open("/mine/support")
    assert leads(mentee, "support") == []
    assert "ota yhteyttä ohjelman järjestäjään" in mentee.words
    settings = world.deps("gateway").settings
    settings.organisation, settings.contact = "Väylä ry", "apua@example.org"
    await mentee.open("/mine/support")
    assert "Ohjelman järjesti \u2068Väylä ry\u2069." in mentee.words
    assert '<a href="mailto:apua@example.org"' in mentee.page.text
