"""Before the pairs: every page, then walks from an application to a signed agreement."""

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browsing import Site
from tests.support.looking import troubles_of_pages
from tests.support.walking import Picture, participant, somebody, staff

COORDINATOR = "aino@staff.example"
STUDENT = ("aino-maija@mentors.example", "Aino-Maija Seppälä")


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("who", "email"),
    [
        ("visitor", ""),
        ("mentee", "zeynep@mentees.example"),
        ("mentor", STUDENT[0]),
        ("coordinator", COORDINATOR),
    ],
)
def test_every_page_is_for_everybody(who: str, email: str, browser: Browser, preparing: Site) -> None:
    assert not troubles_of_pages(browser, preparing, who, email)


def test_an_application_with_mistakes_comes_back_as_typed_and_is_admitted(
    browser: Browser, preparing: Site, picture: Picture
) -> None:
    with somebody(browser, preparing) as mentee:
        mentee.opens("/")
        picture(mentee, "front", 760)
        mentee.follows("Hae ohjelmaan")
        mentee.follows("Matkalla työelämään, kevät 2027")
        mentee.follows("Hae aktoriksi")
        mentee.types("Nimi", "Fatuma Ali")
        mentee.types("Sähköpostiosoite", "fatuma")
        mentee.chooses("Suomi", "B1: selviydyn arjessa")
        mentee.ticks("Ansioluetteloni kirjoittaminen")
        mentee.presses("Lähetä hakemus")
        mentee.hears("Jokin kohta puuttuu")
        mentee.sees("Vahvista, että ohjelma on sinulle tarkoitettu.")
        mentee.sees("Kirjoita sähköpostiosoite")
        mentee.sees("Tarvitsemme suostumuksesi")
        picture(mentee, "apply", 760)
        expect(mentee.page.get_by_label("Nimi", exact=True)).to_have_value("Fatuma Ali")
        expect(mentee.page.get_by_label("Ansioluetteloni kirjoittaminen")).to_be_checked()
        mentee.follows("Kirjoita sähköpostiosoite")
        expect(mentee.page.get_by_label("Sähköpostiosoite")).to_be_focused()
        mentee.types("Sähköpostiosoite", "fatuma@mentees.example")
        mentee.ticks("Tämä pitää paikkansa minusta.")
        mentee.ticks("Suostun siihen, että tietojani käytetään näin.")
        mentee.presses("Lähetä hakemus")
        mentee.is_at("Kiitos, hakemuksesi on tullut perille")
    assert "Fatuma Ali" in preparing.mail_to("fatuma@mentees.example", "application-received")
    with staff(browser, preparing, COORDINATOR) as aino:
        picture(aino, "board", 680)
        aino.follows("1 application waits for a decision")
        aino.presses("Admit")
        aino.hears("Admitted. We have written to them.")
        aino.follows("Show everything")
        aino.follows("Fatuma Ali")
        aino.sees("fatuma@mentees.example")
        aino.sees("Finnish B1")
    assert "Tervetuloa" in preparing.mail_to("fatuma@mentees.example", "application-admitted")


def test_somebody_applies_as_a_mentor(browser: Browser, preparing: Site) -> None:
    with somebody(browser, preparing, language="sv") as mentor:
        mentor.opens("/apply")
        mentor.follows("På väg till arbetslivet, våren 2027")
        mentor.follows("Ansök som mentor")
        mentor.page.locator("#name").fill("Gunnar Ek")
        mentor.page.locator("#email").fill("gunnar@mentors.example")
        mentor.page.locator("#level-sv").select_option("C2")
        mentor.page.locator("main form button").click()
        assert mentor.page.locator("#problem, .problem").count() == 2
        mentor.page.locator("#eligible").check()
        mentor.page.locator("#consent").check()
        mentor.page.locator("main form button").click()
        mentor.is_at("Tack")
    assert "Gunnar Ek" in preparing.mail_to("gunnar@mentors.example", "application-received")


def test_the_talk_with_a_mentor_opens_the_second_door(browser: Browser, preparing: Site) -> None:
    email, name = STUDENT
    preparing.forget_mail()
    with staff(browser, preparing, COORDINATOR) as aino:
        aino.follows("1 mentor waits for a talk with you")
        aino.types("What you talked about (you can leave it out)", "When to call whom.")
        aino.presses("Record the talk")
        aino.hears("The talk is recorded.")
        aino.follows("Readiness")
        row = aino.within(name)
        aino.sees("Ready: self-study and a talk with staff", row)
    assert name in preparing.mail_to(email, "mentor-ready")


def test_a_draft_becomes_pairs_who_agree_on_how_they_meet(
    browser: Browser, preparing: Site, picture: Picture
) -> None:
    _publish(browser, preparing, picture)
    assert "Maija Meikäläinen" in preparing.mail_to("nour@mentees.example", "pair-proposed")
    _accept_by_keyboard(browser, preparing, "nour@mentees.example", picture)
    preparing.forget_mail()
    with participant(browser, preparing, "maija@mentors.example") as mentor:
        proposal = mentor.page.locator(".piece").filter(has_text="نور الهدى الشامي").last
        mentor.presses("Hyväksy ehdotus", proposal)
        mentor.hears("Olet hyväksynyt ehdotuksen.")
        assert "نور الهدى الشامي" in preparing.mail_to("maija@mentors.example", "pair-formed")
        mentor.opens("/mine")
        mentor.follows("Kirjatkaa yhdessä")
        mentor.ticks("Videolla")
        mentor.chooses("Tapaamisten kieli", "suomi")
        mentor.types("Vähintään", "4")
        mentor.types("Mihin pyritte yhdessä", "Työpaikka omalta alalta")
        mentor.presses("Tallenna sopimus")
        mentor.hears("Jokin kohta puuttuu")
        mentor.types("Vähintään", "2")
        mentor.presses("Tallenna sopimus")
        mentor.hears("Sopimuksenne on kirjattu.")
    with participant(browser, preparing, "nour@mentees.example") as mentee:
        mentee.follows("Sopimus")
        expect(mentee.page.locator("#goals")).to_have_value("Työpaikka omalta alalta")


def _publish(browser: Browser, site: Site, picture: Picture) -> None:
    with staff(browser, site, COORDINATOR) as aino:
        aino.follows("Matching")
        aino.presses("Make a draft")
        aino.hears("Here is the new draft. Nobody has heard of it yet.")
        two = aino.page.locator("main li").filter(has_text="Maija Meikäläinen – نور الهدى الشامي")
        aino.sees("points of 100", two)
        aino.sees("They share Finnish at level B2.", two)
        aino.sees("陈美玲")
        picture(aino, "draft", 640)
        aino.follows("Why not these two?")
        aino.chooses("Mentor", "Maija Meikäläinen")
        aino.chooses("Mentee", "陈美玲")
        aino.presses("Explain")
        aino.sees("They cannot be a pair.")
        picture(aino, "why-not", 820)
        aino.follows("Back to the draft")
        aino.follows("Publish this draft")
        aino.sees("What has been sent cannot be taken back.")
        site.forget_mail()
        aino.presses("Yes, publish and write to them")
        expect(aino.page.locator("main")).to_contain_text("proposals went through", timeout=20_000)
        aino.follows("See the pairs")
        aino.sees("Maija Meikäläinen – نور الهدى الشامي")


def _accept_by_keyboard(browser: Browser, site: Site, email: str, picture: Picture) -> None:
    """From the mailed link to the answer with Tab and Enter alone."""
    with somebody(browser, site) as mentee:
        keys = mentee.page.keyboard
        mentee.opens("/sign-in")
        mentee.tabs_to("Siirry sisältöön")
        keys.press("Enter")
        mentee.tabs_to("Sähköpostiosoite")
        keys.type(email)
        site.forget_mail()
        keys.press("Enter")
        mentee.is_at("Katso sähköpostisi")
        mentee.follows_mail(site.mail_to(email, "sign-in"), "/sign-in/")
        mentee.tabs_to("Kirjaudu sisään")
        keys.press("Enter")
        mentee.is_at("Hei,")
        mentee.tabs_to("Vastaa ehdotukseen: parisi voisi olla \u2068Maija Meikäläinen\u2069")
        keys.press("Enter")
        mentee.tabs_to("Hyväksy ehdotus")
        picture(mentee, "proposal", 760)
        keys.press("Enter")
        mentee.hears("Olet hyväksynyt ehdotuksen.")
        mentee.sees("Kirjoitamme sinulle, kun toinenkin on vastannut.")
