"""A program under way: every page, then walks of those who take part and of staff, to its end."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browsing import Site
from tests.support.looking import troubles_of_pages
from tests.support.page_checks import speak
from tests.support.walking import Picture, Walker, participant, somebody, staff

MENTOR, MENTEE = "heikki@mentors.example", "zeynep@mentees.example"
COORDINATOR, HELPER = "aino@staff.example", "kalle@staff.example"


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("who", "email"),
    [
        ("mentee", MENTEE),
        ("mentor", "maija@mentors.example"),
        ("coordinator", COORDINATOR),
    ],
)
def test_every_page_is_for_everybody(who: str, email: str, browser: Browser, under_way: Site) -> None:
    assert not troubles_of_pages(browser, under_way, who, email)


@pytest.mark.timeout(300)
def test_a_helper_sees_the_pages_of_the_coordinator_without_some_buttons(
    browser: Browser, under_way: Site
) -> None:
    assert not troubles_of_pages(browser, under_way, "helper", HELPER, ["sv"])


def test_signed_in_by_the_link_and_by_the_code_and_out(
    browser: Browser, under_way: Site, picture: Picture
) -> None:
    with somebody(browser, under_way) as walker:
        walker.opens("/mine")
        walker.types("Sähköpostiosoite", MENTEE)
        under_way.forget_mail()
        walker.presses("Lähetä linkki")
        mail = under_way.mail_to(MENTEE, "sign-in")
        walker.follows_mail(mail, "/sign-in/")
        walker.presses("Kirjaudu sisään")
        walker.is_at("Hei, \u2068Zeynep Yılmaz\u2069")
        picture(walker, "mine", 700)
        walker.presses("Kirjaudu ulos")
        walker.is_at("Matkalla työelämään, pareittain")
        walker.opens("/mine")
        walker.is_at("Kirjaudu sisään")
        walker.types("Sähköpostiosoite", MENTEE)
        walker.presses("Lähetä linkki")
        walker.types("Koodi", "000 00")
        walker.presses("Kirjaudu sisään")
        walker.sees("Koodissa on kuusi numeroa")
        code = re.search(r"\b\d{3} ?\d{3}\b", under_way.mail_to(MENTEE, "sign-in"))
        assert code
        walker.types("Koodi", code.group(0))
        walker.presses("Kirjaudu sisään")
        walker.is_at("Hei, \u2068Zeynep Yılmaz\u2069")


def test_a_meeting_is_logged_in_two_taps_by_somebody_who_is_not_signed_in(
    browser: Browser, under_way: Site, picture: Picture
) -> None:
    email, mail = under_way.newest("meeting-log")
    with somebody(browser, under_way) as walker:
        walker.follows_mail(mail, "/log/")
        walker.is_at("Tapasitteko?")
        picture(walker, "log", 560)
        walker.presses("Kyllä, tapasimme")
        walker.is_at("Kiitos: kirjattu, että tapasitte")
        walker.sees("Siinä kaikki. Voit sulkea tämän sivun.")
    with participant(browser, under_way, email) as walker:
        walker.follows("Tapaamiset")
        expect(walker.page.locator("section[aria-labelledby='past'] .badge").first).to_have_text("Tapasitte")


def test_a_meeting_is_planned_moved_and_cancelled(browser: Browser, under_way: Site) -> None:
    with participant(browser, under_way, MENTEE) as mentee:
        under_way.forget_mail()
        mentee.follows("Tapaamiset")
        mentee.types("Päivä", "2027-05-20")
        mentee.types("Kellonaika", "17:30")
        mentee.chooses("Tapaamisen tapa", "Videolla")
        mentee.types("Paikka tai linkki (voit jättää tyhjäksi)", "Kirjasto")
        mentee.presses("Sovi tapaaminen")
        mentee.hears("Tapaaminen on sovittu. Kirjoitamme teille molemmille.")
        assert "20. toukokuuta 2027 klo 17.30" in under_way.mail_to("timo@mentors.example", "meeting-planned")
        planned = mentee.page.locator(".piece").filter(has_text="20. toukokuuta 2027 klo 17.30")
        mentee.follows("Siirrä tätä tapaamista", planned)
        mentee.types("Päivä", "2027-05-21")
        mentee.presses("Siirrä tapaaminen")
        mentee.hears("Tapaaminen on siirretty. Kirjoitamme teille molemmille.")
        assert "21. toukokuuta 2027 klo 17.30" in under_way.mail_to("timo@mentors.example", "meeting-moved")
        planned = mentee.page.locator(".piece").filter(has_text="21. toukokuuta 2027 klo 17.30")
        mentee.unfolds("Peru tämä tapaaminen", planned)
        mentee.presses("Kyllä, peru tapaaminen", planned)
        mentee.hears("Tapaaminen on peruttu. Kirjoitamme teille molemmille.")
        assert "21. toukokuuta" in under_way.mail_to("timo@mentors.example", "meeting-cancelled")
        assert planned.count() == 0


def test_a_seat_is_taken_and_given_back(browser: Browser, under_way: Site) -> None:
    with participant(browser, under_way, MENTOR) as mentor:
        evening = mentor.page.locator(".piece").filter(has_text="Vertaisilta")
        under_way.forget_mail()
        mentor.presses("Ilmoittaudu", evening)
        mentor.hears("Sinulla on paikka.")
        assert "Vertaisilta" in under_way.mail_to(MENTOR, "sign-up-confirmed")
        mentor.sees("Sinulla on paikka", evening)
        mentor.unfolds("En pääse tulemaan", evening)
        mentor.presses("Luovun paikastani", evening)
        mentor.hears("Paikkasi on nyt vapaa jollekin muulle.")
        expect(evening.get_by_role("button", name="Ilmoittaudu")).to_be_visible()


def test_who_turns_to_staff_hears_what_came_of_it(browser: Browser, under_way: Site) -> None:
    words = "Voinko vaihtaa tapaamiset puhelimeen?"
    under_way.forget_mail()
    with participant(browser, under_way, MENTOR) as mentor:
        mentor.follows("Kysy hanketiimiltä")
        mentor.presses("Lähetä hanketiimille")
        mentor.hears("Jokin kohta puuttuu")
        mentor.ticks("Minulla on kysymys")
        mentor.types("Omin sanoin", words)
        mentor.presses("Lähetä hanketiimille")
        mentor.hears("Viestisi on mennyt hanketiimille.")
        assert "Aino Laine" in under_way.mail_to(MENTOR, "case-received")
        assert words not in under_way.mail_to(COORDINATOR, "case-opened")
        with staff(browser, under_way, HELPER) as kalle:
            kalle.follows("Support cases")
            kalle.follows("A question")
            kalle.sees(words)
            kalle.presses("I take it")
            kalle.hears("The case has a new owner.")
            kalle.sees("Kalle Koski (you)")
            kalle.chooses("What came of it", "Answered")
            kalle.types("Note for staff (you can leave it out)", "Soitin.")
            kalle.presses("Resolve the case")
            kalle.hears("The case is resolved.")
            kalle.sees("Soitin.")
        under_way.mail_to(MENTOR, "case-resolved")
        mentor.opens("/mine/support")
        mentor.sees("Hanketiimi on vastannut.")
        expect(mentor.page.locator("main")).not_to_contain_text("Soitin.")


def test_a_new_name_is_seen_by_its_owner_and_by_the_other_of_the_pair(
    browser: Browser, under_way: Site
) -> None:
    with participant(browser, under_way, MENTEE) as mentee:
        mentee.follows("Omat tiedot")
        mentee.types("Nimi", "")
        mentee.presses("Tallenna")
        mentee.hears("Jokin kohta puuttuu")
        mentee.types("Nimi", "Zeynep Kaya")
        mentee.presses("Tallenna")
        mentee.hears("Tietosi on muutettu.")
        mentee.follows("Oma mentorointi")
        mentee.is_at("Hei, \u2068Zeynep Kaya\u2069")
    with participant(browser, under_way, "timo@mentors.example") as mentor:
        mentor.sees("Zeynep Kaya")


def test_reminders_stop_from_a_mail(browser: Browser, under_way: Site) -> None:
    email, mail = under_way.newest("meeting-reminder")
    with somebody(browser, under_way) as walker:
        walker.follows_mail(mail, "/stop/")
        speak(walker.page, "fi")
        walker.is_at("Ei enää muistutuksia?")
        walker.presses("Lopeta muistutukset")
        walker.is_at("Et saa enää muistutuksia")
    with participant(browser, under_way, email) as walker:
        walker.follows("Omat tiedot")
        expect(walker.page.get_by_label("Muistuta minua")).not_to_be_checked()


def test_who_came_is_recorded_and_corrected(browser: Browser, under_way: Site, picture: Picture) -> None:
    with staff(browser, under_way, COORDINATOR) as aino:
        aino.follows("Who came? \u2068Visit to a company\u2069")
        expected = aino.page.locator(
            "section[aria-labelledby='attendance'] > form > ul input[type='checkbox']"
        )
        for box in expected.all()[1:]:
            box.check()
        picture(aino, "attendance", 640)
        aino.presses("Save attendance")
        aino.hears("Attendance is saved.")
        assert _figure(aino, "Did not come") == "1"
        came = int(_figure(aino, "Came"))
        aino.presses("Close the gathering")
        aino.hears("The gathering is closed.")
        expected.first.check()
        aino.presses("Save attendance")
        aino.hears("Attendance is saved.")
        assert _figure(aino, "Did not come") == "0"
        assert int(_figure(aino, "Came")) == came + 1
        aino.follows("Overview")
        expect(aino.page.locator("section[aria-labelledby='waiting']")).not_to_contain_text("Who came?")


def test_a_pair_that_has_gone_quiet_is_called(browser: Browser, under_way: Site, picture: Picture) -> None:
    with staff(browser, under_way, COORDINATOR) as aino:
        aino.follows("Niamh O'Connor-van der Berg – ሰላም ተስፋይ")
        aino.sees("Far behind", aino.within("Rhythm"))
        aino.sees("It is staff’s turn: call them.", aino.within("Rhythm"))
        aino.sees("Quiet since", aino.within("Rhythm"))
        picture(aino, "quiet-pair", 660)
        aino.sees("+358 40 000 0003", aino.within("Both"))
        aino.follows("The pair has gone quiet")
        aino.sees("A call helps most.")
        aino.chooses("What came of it", "The pair goes on")
        aino.presses("Resolve the case")
        aino.hears("The case is resolved.")


def test_participation_is_sealed_and_the_program_closes(
    browser: Browser, under_way: Site, picture: Picture
) -> None:
    with staff(browser, under_way, COORDINATOR) as aino:
        aino.follows("Steps")
        aino.follows("Seal participation …")
        aino.sees("Certificates are made, to be printed for the closing event.")
        picture(aino, "seal", 570)
        aino.presses("Yes, seal participation")
        expect(aino.page.locator("main")).to_contain_text("people is sealed", timeout=20_000)
        under_way.forget_mail()
        aino.follows("Steps")
        aino.follows("Close the program …")
        aino.sees("This cannot be undone.")
        aino.sees("The closing event is still ahead: it is on 26 May 2027, in 5 weeks.")
        aino.ticks("I know this, and the program is to be closed today all the same.")
        aino.presses("Yes, close the program")
        aino.hears("The program is closed.")
        mail = under_way.mail_to("nour@mentees.example", "certificate")
        assert "MTK-2027-" in mail
        aino.follows("Certificates")
        aino.sees("Maija Meikäläinen")


def _figure(walker: Walker, name: str) -> str:
    line = walker.page.locator("main dl.figures > div").filter(has_text=name)
    return str(line.locator("dd").first.inner_text())
