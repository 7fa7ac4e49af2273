"""Letters about a quiet pair and about support: who reads what, until when, and how it stops."""

import pytest

from matka_contracts.pairing import (
    ApplicantUnmatched,
    ApplicantWaiting,
    CaseEvent,
    CaseHandedOver,
    CaseOpened,
    CaseOverdue,
    CaseResolved,
    ProgramOpened,
)
from matka_contracts.scheduling import RhythmSlipped, SignUpWithdrawn
from tests.support.mail_room import MailRoom, text_of
from tests.support.people import register

DUE = "2027-06-24T13:00:00Z"


@pytest.fixture
async def aino(room: MailRoom) -> str:
    """The id of a member of staff."""
    return await register(room.world, "aino@example.org", "Aino Aalto")


async def test_a_case_goes_to_who_answers_and_its_opener_reads_who_that_is_and_until_when(
    room: MailRoom, aino: str
) -> None:
    await room.hears(ProgramOpened, "spring", program_id="spring", timezone="Europe/Stockholm")
    await room.hears(
        CaseOpened, program_id="spring", case_id="c1", opened_by=room.amal, owner_id=aino, due_at=DUE
    )
    await room.all_done()
    [to_aino], [to_amal] = room.got("aino@example.org"), room.got("amal@example.org")
    assert "Vastaa viimeistään: torstai 24. kesäkuuta 2027 klo 15.00" in text_of(to_aino)
    assert "Avaa asia: https://matka.example.org/cases/c1" in text_of(to_aino)
    assert "أمل" not in text_of(to_aino), "who turned to staff stands on the page, not in a mail"
    assert "Aino Aalto from the project team answers you." in text_of(to_amal)
    assert "You get an answer by: Thursday, 24 June 2027 at 15:00" in text_of(to_amal)
    assert to_amal["List-Unsubscribe"] is None


async def test_a_time_of_a_program_that_is_not_known_yet_is_in_the_default_zone(
    room: MailRoom, aino: str
) -> None:
    await room.hears(CaseOpened, opened_by="scheduling", owner_id=aino, kind="rhythm", due_at=DUE)
    await room.all_done()
    [mail] = room.office.taken
    assert "torstai 24. kesäkuuta 2027 klo 16.00" in text_of(mail)
    assert "Pari on jäänyt jälkeen omasta rytmistään" in text_of(mail)


async def test_a_case_that_is_handed_over_overdue_and_resolved_is_told_to_whom_it_concerns(
    room: MailRoom, aino: str
) -> None:
    kinds: list[type[CaseEvent]] = [CaseHandedOver, CaseOverdue, CaseResolved]
    for number, kind in enumerate(kinds, 1):
        await room.hears(
            kind, "case", number, opened_by=room.amal, owner_id=aino, cover_id=room.maija, due_at=DUE
        )
    await room.all_done()
    got = {
        name: sorted(mail["X-Matka-Template"] for mail in room.got(f"{name}@example.org"))
        for name in ("aino", "maija", "amal")
    }
    assert got == {
        "aino": ["case-handed-over"],
        "maija": ["case-overdue"],
        "amal": ["case-new-owner", "case-resolved"],
    }
    assert "Vastaaja on Aino Aalto" in text_of(room.got("maija@example.org")[0])


async def test_a_new_owner_who_was_erased_is_not_named(room: MailRoom) -> None:
    await room.hears(CaseHandedOver, opened_by=room.amal, owner_id="gone", due_at=DUE)
    await room.all_done()
    [mail] = room.office.taken
    assert "From now on somebody else from the project team answers you." in text_of(mail)


@pytest.mark.parametrize("step", ["pair", "each"])
async def test_a_quiet_pair_is_written_to_and_either_may_stop_that(room: MailRoom, step: str) -> None:
    await room.changes(room.maija, reminders=False)
    await room.hears(RhythmSlipped, step=step)
    await room.all_done()
    [mail] = room.office.taken
    assert (mail["X-Matka-Template"], mail["To"].addresses[0].addr_spec) == (
        f"rhythm-{step}",
        "amal@example.org",
    )
    assert mail["List-Unsubscribe"].startswith("<https://matka.example.org/stop/")
    assert "Maija Meikäläinen" in text_of(mail)


async def test_a_pair_that_staff_look_after_gets_no_letter_of_its_own(room: MailRoom) -> None:
    await room.hears(RhythmSlipped, step="staff")
    await room.hears(SignUpWithdrawn)
    assert await room.letters() == []


async def test_who_waits_and_who_has_no_pair_yet_are_not_left_in_silence(room: MailRoom) -> None:
    await room.hears(ApplicantWaiting)
    await room.hears(ApplicantUnmatched, role="mentor")
    await room.all_done()
    assert sorted(mail["Subject"] for mail in room.got("amal@example.org")) == [
        "We have not found a pair for you yet",
        "Your application waits for a place",
    ]


@pytest.mark.parametrize("kind", [CaseOpened, CaseHandedOver, CaseOverdue])
async def test_a_case_that_nobody_can_answer_holds_up_no_letter(
    room: MailRoom, kind: type[CaseEvent]
) -> None:
    await room.hears(kind, opened_by=room.amal, owner_id="", cover_id="")
    await room.hears(ApplicantWaiting, person_id=room.maija)
    await room.all_done()
    assert len(room.got("maija@example.org")) == 1
    assert len(room.got("amal@example.org")) == (kind is not CaseOverdue)
    assert await room.failed() == []
