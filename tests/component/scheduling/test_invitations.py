"""Invitations: once per person, whichever came first, the gathering or the person."""

from datetime import timedelta

from matka_contracts.scheduling import GatheringScheduled, ParticipantInvited
from matka_contracts.terms import Role
from tests.support.asking import asked
from tests.support.mothers_scheduling import JANUARY, agreement_signed, pair_ended, pair_formed
from tests.support.spring import Spring


def invited(spring: Spring) -> list[tuple[str, str]]:
    return sorted((each.kind.value, each.person_id) for each in spring.heard(ParticipantInvited))


async def test_a_pair_that_formed_first_is_invited_when_the_start_meeting_is_scheduled(
    spring: Spring,
) -> None:
    await spring.forms_pair()
    await spring.schedules("start")
    assert invited(spring) == [("start", "amal"), ("start", "maija")]


async def test_a_pair_that_forms_later_is_invited_to_what_is_scheduled_already(spring: Spring) -> None:
    await spring.schedules("start")
    await spring.schedules("coaching-training", at="2027-01-28T17:00")
    await spring.schedules("theme")
    await spring.forms_pair()
    assert invited(spring) == [
        ("coaching-training", "amal"),
        ("coaching-training", "maija"),
        ("start", "amal"),
        ("start", "maija"),
    ]


async def test_a_mentor_with_two_pairs_is_invited_once(spring: Spring) -> None:
    await spring.forms_pair("maija", "amal")
    await spring.schedules("start")
    await spring.forms_pair("maija", "yusuf")
    assert invited(spring) == [("start", "amal"), ("start", "maija"), ("start", "yusuf")]


async def test_a_pair_that_forms_after_the_start_meeting_is_not_invited_to_it(spring: Spring) -> None:
    await spring.schedules("start")
    await spring.comes_to(2027, 1, 25, 15, 0)
    await spring.forms_pair()
    assert invited(spring) == []


async def test_a_gathering_that_is_past_already_invites_nobody(spring: Spring) -> None:
    await spring.forms_pair()
    await spring.schedules("start", at="2027-01-02T17:00")
    assert invited(spring) == []


async def test_a_pair_whose_end_arrives_before_its_beginning_is_invited_to_nothing(spring: Spring) -> None:
    await spring.schedules("start")
    await spring.hears(pair_ended(JANUARY + timedelta(days=1)), "maija-amal", 4)
    await spring.hears(pair_formed(), "maija-amal", 3)
    await spring.schedules("coaching-training")
    assert invited(spring) == []


async def test_a_pair_whose_agreement_arrives_before_its_beginning_is_invited_all_the_same(
    spring: Spring,
) -> None:
    await spring.schedules("start")
    await spring.hears(agreement_signed(), "maija-amal", 4)
    await spring.hears(pair_formed(), "maija-amal", 3)
    await spring.schedules("coaching-training")
    assert len(invited(spring)) == 4


async def test_mentors_who_do_not_self_study_are_invited_to_the_mentor_training(spring: Spring) -> None:
    await spring.admits("early", Role.MENTOR)
    await spring.schedules("mentor-training")
    await spring.admits("late", Role.MENTOR)
    await spring.admits("reader", Role.MENTOR, self_study=True)
    await spring.admits("amal", Role.MENTEE)
    assert invited(spring) == [("mentor-training", "early"), ("mentor-training", "late")]


async def test_a_whole_cohort_is_invited_batch_by_batch(spring: Spring) -> None:
    for number in range(53):
        event = pair_formed(f"mentor-{number}", f"mentee-{number}")
        await spring.hears(event, event.pair_id, 3)
    await spring.schedules("start", seats=200)
    assert len(invited(spring)) == 106


async def test_the_event_of_a_gathering_may_come_twice(spring: Spring) -> None:
    gathering = await spring.schedules("start")
    (event,) = spring.heard(GatheringScheduled)
    await spring.hears(event, gathering)
    await spring.forms_pair()
    assert invited(spring) == [("start", "amal"), ("start", "maija")]


async def test_whoever_took_part_is_invited_to_the_closing_event_whenever_it_is_scheduled(
    spring: Spring,
) -> None:
    pair = await spring.forms_pair()
    await spring.forms_pair("other", "absent")
    first = await spring.schedules("closing", at="2027-07-01T17:00")
    await spring.comes_to(2027, 6, 1, 12, 0)
    held = {"at": "2027-05-20T17:00", "minutes": 60, "form": "video", "held": True}
    await asked(spring.maija, "POST", f"/pairs/{pair}/meetings", held)
    assert invited(spring) == []
    await asked(spring.coordinator, "POST", "/programs/spring/seal")
    await spring.world.drain()
    assert invited(spring) == [("closing", "amal"), ("closing", "maija")]
    second = await spring.schedules("closing", at="2027-07-02T17:00")
    places = [await asked(spring.reader, "GET", f"/gatherings/{each}") for each in (first, second)]
    assert [page["gathering"]["counts"]["invited"] for page in places] == [2, 2]
