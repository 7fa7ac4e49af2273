"""The checker's own reading of a cohort's files and of a mail."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from matka_cli.check.cohort import read_cohort
from matka_cli.check.folder import Incomplete, read_folder
from matka_cli.check.mail import NotAMail, read_mail
from matka_cli.check.paper import read_paper
from tests.support.cohort_files import PEOPLE, PROGRAM

MAIL = """To: =?utf-8?b?2YbZiNixINin2YTZh9iv2Yk=?=
 <nour@example.org>
From: Matka <matka@example.org>
Subject: =?utf-8?q?Olette_mentorointipari?=
Date: Mon, 01 Mar 2027 10:00:00 +0200
Message-ID: <one@example.org>
X-Matka-Template: sign-in
Content-Language: fi
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

Hei n=C3=A4in: http://localhost/sign-in/abc?token=3Dsecret

--b
Content-Type: text/html; charset="utf-8"

<html lang="fi"><p>Hei</p></html>
--b--
"""


def test_a_mail_is_read_with_its_headers_and_words(tmp_path: Path) -> None:
    path = tmp_path / "00001-sign-in-nour@example.org.eml"
    path.write_text(MAIL, "utf-8")
    mail = read_mail(path)
    assert (mail.name, mail.address, mail.subject) == (
        "نور الهدى",
        "nour@example.org",
        "Olette mentorointipari",
    )
    assert (mail.template, mail.language, mail.sent) == ("sign-in", "fi", datetime(2027, 3, 1, 8, tzinfo=UTC))
    assert mail.text.strip() == "Hei näin: http://localhost/sign-in/abc?token=secret"
    assert (mail.page, mail.sign_in, mail.pdfs) == ("Hei", ("abc", "secret"), ())


@pytest.mark.parametrize("header", ["To", "Date", "Subject"])
def test_a_file_that_lacks_what_every_mail_has_is_none(header: str, tmp_path: Path) -> None:
    path = tmp_path / "00001-x.eml"
    path.write_text(MAIL.replace(f"{header}:", "X-Other:"), "utf-8")
    with pytest.raises(NotAMail, match="00001-x"):
        read_mail(path)


def test_a_cohort_is_read_as_its_files_have_it(tmp_path: Path) -> None:
    (tmp_path / "program.toml").write_text(PROGRAM, "utf-8")
    (tmp_path / "people.csv").write_text(
        PEOPLE.replace(",", ";").replace("fi:B1;ar:C2", '"fi:b1;ar;so:native"').replace("C2;", '"fi:A2";'),
        "utf-8-sig",
    )
    cohort = read_cohort(tmp_path)
    mentor, mentee = cohort.applicants
    assert (cohort.level, cohort.coordinator.email) == ("B1", "aino@example.org")
    assert {"Kevät", "Spring", "Startti", "Päätös"} <= cohort.texts
    assert (mentor.role, mentor.capacity, mentor.language, mentor.training) == ("mentor", 1, "fi", "training")
    assert mentee.speaks("B1") == {"fi", "ar", "so"}
    assert mentee.training == "none"


def test_what_is_no_rehearsals_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(Incomplete, match=r"summary\.json is missing"):
        read_folder(tmp_path)
    (tmp_path / "summary.json").write_text("nothing")
    with pytest.raises(Incomplete, match="is not JSON"):
        read_folder(tmp_path)
    (tmp_path / "summary.json").write_text("{}")
    (tmp_path / "pairs.csv").write_text("mentor,mentee\n")
    (tmp_path / "timeline.csv").write_text("moment,type,subject\n")
    with pytest.raises(Incomplete, match="holds no event"):
        read_folder(tmp_path)


def test_a_file_that_is_no_pdf_has_no_words(tmp_path: Path) -> None:
    path = tmp_path / "nour@example.org.pdf"
    path.write_bytes(b"nothing")
    paper = read_paper(path)
    assert (paper.address, paper.title, paper.text, paper.numbers) == ("nour@example.org", "", "", set())
