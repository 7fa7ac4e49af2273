"""Publication: vetoes kept, who stays alone told so once, pairs matched anew while a program runs."""

import pytest

from matka_contracts.pairing import ApplicantUnmatched, PairProposed
from matka_kit.cause import Cause
from matka_kit.jobs import Job
from matka_pairing.handlers import publishing
from tests.support.asking import asked, refused
from tests.support.mothers_pairing import NOON
from tests.support.office import Office


def told_alone(office: Office) -> list[str]:
    """Who was told that there is nobody for them this time, by name."""
    names = {id_: name for name, id_ in office.ids.items()}
    return sorted(names[each.person_id] for each in office.world.published(ApplicantUnmatched))


async def test_mentees_without_a_pair_are_told_once_a_publication(office: Office) -> None:
    await office.has(mentors={"maija": 1}, mentees=3)
    await office.publishes(await office.drafts(("maija", "mentee0")))
    assert told_alone(office) == ["mentee1", "mentee2"]
    [first, _] = office.world.published(ApplicantUnmatched)
    assert (first.program_id, first.role) == (office.program, "mentee")
    await office.publishes(await office.drafts())
    assert told_alone(office) == ["mentee1", "mentee1", "mentee2", "mentee2"]


async def test_ready_mentors_without_any_pair_are_told_and_others_are_not(office: Office) -> None:
    await office.has(mentors={"maija": 3, "kalle": 1, "orn": 1}, mentees=1)
    await office.trains("orn", 2, attended=False)
    await office.publishes(await office.drafts(("maija", "mentee0")))
    assert told_alone(office) == ["kalle"], "Maija has a pair and more room, Örn is not ready"


async def test_who_was_overtaken_since_the_draft_is_alone_as_well(office: Office) -> None:
    await office.has(mentors={"maija": 1, "kalle": 1}, mentees=2)
    draft = await office.drafts(("maija", "mentee0"), ("kalle", "mentee1"))
    await office.trains("maija", 2, attended=False)
    await office.publishes(draft)
    assert await office.proposed() == [("kalle", "mentee1")]
    assert told_alone(office) == ["mentee0"]


async def test_who_came_by_a_pair_since_the_draft_is_not_alone(office: Office) -> None:
    await office.has(mentors={"maija": 1}, mentees=2)
    early = await office.drafts(("maija", "mentee0"))
    await office.publishes(await office.drafts(("maija", "mentee1")))
    assert told_alone(office) == ["mentee0"]
    await office.publishes(early)
    assert told_alone(office) == ["mentee0", "mentee0"], "mentee1 has been proposed to Maija meanwhile"


async def test_a_step_that_is_done_again_tells_nobody_again(office: Office) -> None:
    await office.has(mentors={"maija": 1}, mentees=2)
    draft = await office.drafts()
    await office.publishes(draft)
    deps = office.world.deps("pairing")
    job: Job = await deps.jobs.get(f"{draft['id']}:publish")
    again = await publishing.publish_step(deps, job.model_copy(update={"cursor": "1"}), Cause("again"))
    await office.world.drain()
    assert (again.done, again.finished, len(told_alone(office))) == (0, True, 1)


async def test_a_pair_that_staff_rule_out_is_not_proposed(office: Office) -> None:
    await office.has(mentors={"maija": 1}, mentees=2)
    maija, mentees = office.ids["maija"], [office.ids["mentee0"], office.ids["mentee1"]]
    for kept, ruled_out in (mentees, mentees[::-1]):
        body = {"vetoes": [[maija, ruled_out]]}
        draft = await office.tells(f"{office.path}/proposals", body)
        assert [line["mentee"] for line in draft["lines"]] == [kept]
        assert draft["vetoes"] == body["vetoes"]
        assert await asked(office.reader, "GET", f"/proposals/{draft['id']}") == draft
        path = f"/proposals/{draft['id']}/why-not?mentor={maija}&mentee={ruled_out}"
        assert [each["code"] for each in (await asked(office.reader, "GET", path))["broken"]] == ["vetoed"]
    both = {"locks": [[maija, mentees[0]]], "vetoes": [[maija, mentees[0]]]}
    answer = await refused(office.coordinator, "POST", f"{office.path}/proposals", both)
    assert answer == (409, "lock-breaks-rule")


async def test_proposals_are_listed_the_newest_first(office: Office) -> None:
    await office.has(mentors={"maija": 1}, mentees=2)
    drafts = []
    for hour in (11, 12, 13):
        office.world.clock.step(NOON.replace(hour=hour))
        drafts.append(await office.drafts())
    await office.publishes(drafts[1])
    first = await asked(office.reader, "GET", f"{office.path}/proposals?limit=2")
    rest = await asked(office.reader, "GET", f"{office.path}/proposals?limit=2&after={first['after']}")
    listed = [*first["proposals"], *rest["proposals"]]
    assert [each["id"] for each in listed] == [draft["id"] for draft in drafts[::-1]]
    assert [each["status"] for each in listed] == ["draft", "published", "draft"]
    score = drafts[0]["lines"][0]["score"]
    assert listed[2] == {
        "id": drafts[0]["id"],
        "made_at": "2027-01-18T11:00:00Z",
        "made_by": "staff",
        "status": "draft",
        "matched": 1,
        "alone": 1,
        "total_score": score,
    }
    assert rest["after"] == ""


async def test_lists_of_proposals_are_for_staff_and_begin_in_their_program(office: Office) -> None:
    await office.has(mentors={"maija": 1}, mentees=1)
    draft = await office.drafts()
    other = await Office.opened(office.world)
    for client in (office.stranger, office.person("maija", "mentor")):
        assert await refused(client, "GET", f"{office.path}/proposals") == (404, "not-found")
    for after in (draft["id"], "unknown"):
        path = f"{other.path}/proposals?after={after}"
        assert await refused(office.root, "GET", path) == (404, "not-found")


@pytest.mark.parametrize("way", ["ended", "declined"])
async def test_a_mentee_is_matched_anew_in_a_running_program_when_a_mentor_has_room(
    office: Office, way: str
) -> None:
    await office.has(mentors={"maija": 1, "kalle": 2}, mentees=2)
    await office.publishes(await office.drafts(("maija", "mentee0"), ("kalle", "mentee1")))
    await office.forms("kalle", "mentee1")
    await office.tells(f"{office.path}/start")
    if way == "ended":
        pair_id = await office.forms("maija", "mentee0")
        await office.tells(f"/pairs/{pair_id}/end", {})
    else:
        pair = await office.pair_of("mentee0")
        await asked(office.person("maija", "mentor"), "POST", f"/pairs/{pair.id}/decline")
    office.world.clock.step(NOON.replace(month=3))
    await office.publishes(await office.drafts())
    again = office.world.published(PairProposed)[-1]
    assert (again.mentor_id, again.mentee_id) == (office.ids["kalle"], office.ids["mentee0"])
    await office.forms("kalle", "mentee0")
    seen = (await asked(office.person("mentee0"), "GET", "/pairs"))["pairs"]
    assert [each["status"] for each in seen] == [way, "formed"], "the newest comes last"
    assert told_alone(office) == ["maija"], "she parted from the only mentee who was free"
