"""Walks of staff through a program under way, to its seal and its end."""

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browsing import Site
from tests.support.walking import Picture, Walker, staff

pytestmark = pytest.mark.xdist_group("under_way")
COORDINATOR = "aino@staff.example"


def test_who_came_is_recorded_and_corrected(browser: Browser, under_way: Site, picture: Picture) -> None:
    with staff(browser, under_way, COORDINATOR) as aino:
        aino.follows("Who came? \u2068Visit to a company\u2069")
        expected = aino.page.locator(
            "section[aria-labelledby='attendance'] > form > ul input[type='checkbox']"
        )
        for box in expected.all()[1:]:
            box.check()
        picture(aino, "attendance", 900)
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
        picture(aino, "quiet-pair", 900)
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
        picture(aino, "seal", 700)
        aino.presses("Yes, seal participation")
        expect(aino.page.locator("main")).to_contain_text("people is sealed", timeout=20_000)
        under_way.forget_mail()
        aino.follows("Steps")
        aino.follows("Close the program …")
        aino.sees("This cannot be undone.")
        aino.presses("Yes, close the program")
        aino.hears("The program is closed.")
        mail = under_way.mail_to("nour@mentees.example", "certificate")
        assert "MTK-2027-" in mail
        aino.follows("Certificates")
        aino.sees("Maija Meikäläinen")


def _figure(walker: Walker, name: str) -> str:
    line = walker.page.locator("main dl.figures > div").filter(has_text=name)
    return str(line.locator("dd").first.inner_text())
