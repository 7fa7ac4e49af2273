"""The board of a program: where everyone stands, page by page, for its staff alone."""

from typing import Any

import pytest

from matka_contracts.pairing import ApplicantWaiting
from matka_contracts.terms import Role
from tests.support.asking import asked, refused
from tests.support.mothers_pairing import NOON
from tests.support.office import Office

RECEIVED = NOON.isoformat().replace("+00:00", "Z")
KALLE = "mentor,Kalle,kalle@example.org,fi:C2,self-study,2,2221"
BO = "mentee,Bo,bo@example.org,fi:B1,,,"


async def board_of(office: Office) -> dict[str, dict[str, Any]]:
    """The lines of the board by the people's names."""
    names = {id_: name for name, id_ in office.ids.items()}
    lines = (await asked(office.reader, "GET", f"{office.path}/board"))["people"]
    return {names[line["person_id"]]: line for line in lines}


async def test_the_board_says_where_everyone_stands(office: Office) -> None:
    await office.has(mentors={"maija": 2}, mentees=1)
    await office.imports(KALLE, BO)
    await office.publishes(await office.drafts())
    pair_id = await office.forms("maija", "mentee0")
    board = await board_of(office)
    assert board.keys() == {"maija", "kalle", "bo", "mentee0"}
    maija, kalle, bo = board["maija"], board["kalle"], board["bo"]
    pair = {"id": pair_id, "status": "formed", "formed_at": RECEIVED, "ended_at": None, "end_reason": ""}
    assert maija == {
        "person_id": office.ids["maija"],
        "role": "mentor",
        "application_id": (await office.application_of("maija"))["id"],
        "status": "admitted",
        "reason": "",
        "path": "training",
        "received_at": RECEIVED,
        "door": "training",
        "missing": [],
        "capacity": 2,
        "pairs": [pair | {"other_id": office.ids["mentee0"]}],
    }
    assert board["mentee0"]["pairs"] == [pair | {"other_id": office.ids["maija"]}]
    assert (kalle["status"], kalle["door"], kalle["path"]) == ("received", None, "self-study")
    assert kalle["missing"] == ["training-not-attended", "course-not-completed"]
    assert (bo["status"], bo["missing"], bo["pairs"]) == ("received", [], [])


async def test_what_stands_still_missing_follows_what_was_decided(office: Office) -> None:
    await office.imports(KALLE, BO)
    await office.studies("kalle")
    assert (await board_of(office))["kalle"]["missing"] == ["staff-contact-missing"]
    for name, act in (("kalle", "decline"), ("bo", "wait")):
        id_ = (await office.application_of(name))["id"]
        await office.tells(f"/applications/{id_}/{act}", {"reason": "no-place"})
    board = await board_of(office)
    assert (board["kalle"]["status"], board["kalle"]["missing"]) == ("declined", [])
    assert (board["bo"]["status"], board["bo"]["reason"]) == ("waiting", "no-place")


async def test_who_waits_is_told_once(office: Office) -> None:
    await office.imports(BO)
    id_ = (await office.application_of("bo"))["id"]
    for _ in range(2):
        await office.tells(f"/applications/{id_}/wait", {"reason": "no-seat"})
    [told] = office.world.published(ApplicantWaiting)
    assert (told.application_id, told.role, told.reason) == (id_, Role.MENTEE, "no-seat")


async def test_a_pair_that_came_to_nothing_stays_on_the_board_in_order(office: Office) -> None:
    await office.has(mentors={"maija": 1, "kalle": 1}, mentees=1)
    await office.publishes(await office.drafts(("maija", "mentee0")))
    first = await office.pair_of("mentee0")
    await asked(office.person("mentee0"), "POST", f"/pairs/{first.id}/decline")
    office.world.clock.step(NOON.replace(hour=12))
    await office.publishes(await office.drafts())
    pairs = (await board_of(office))["mentee0"]["pairs"]
    assert [(each["status"], each["other_id"]) for each in pairs] == [
        ("declined", office.ids["maija"]),
        ("proposed", office.ids["kalle"]),
    ]


async def test_some_people_are_asked_for_by_their_ids(office: Office) -> None:
    await office.has(mentors={"maija": 1}, mentees=2)
    other = await Office.opened(office.world)
    await other.has(mentors={"outi": 1}, mentees=0)
    whole = await board_of(office)
    chosen = [office.ids["maija"], office.ids["mentee1"], "unknown", other.ids["outi"]]
    path = f"{office.path}/board?" + "&".join(f"person_id={each}" for each in chosen)
    people = (await asked(office.reader, "GET", path))["people"]
    assert {each["person_id"]: each for each in people} == {
        office.ids[name]: whole[name] for name in ("maija", "mentee1")
    }
    many = "&".join("person_id=x" for _ in range(101))
    assert await refused(office.reader, "GET", f"{office.path}/board?{many}") == (422, "invalid-input")


@pytest.mark.parametrize("path", ["applications", "pairs"])
async def test_lists_in_short_say_the_same_in_fewer_words(office: Office, path: str) -> None:
    await office.has(mentors={"maija": 1, "kalle": 1}, mentees=3)
    await office.imports(BO)
    await office.publishes(await office.drafts())
    pair = await office.forms(*(await office.proposed())[0])
    await office.tells(f"/pairs/{pair}/end", {"reason": "by-agreement"})
    for status in ("", "?status=admitted" if path == "applications" else "?status=ended"):
        whole = (await asked(office.reader, "GET", f"{office.path}/{path}{status}"))[path]
        short = (await asked(office.reader, "GET", f"{office.path}/{path}/in-short{status}"))[path]
        assert short == [{name: each[name] for name in short[0]} for each in whole]
        assert (
            len(whole)
            == {
                ("applications", ""): 6,
                ("applications", "?status=admitted"): 5,
                ("pairs", ""): 2,
                ("pairs", "?status=ended"): 1,
            }[path, status]
        )
    answer = await refused(office.reader, "GET", f"{office.path}/{path}/in-short?status=happy")
    assert answer == (422, "invalid-input")


async def test_who_is_free_has_a_place_a_door_if_a_mentor_and_a_seat_or_no_pair(office: Office) -> None:
    async def free() -> tuple[int, int]:
        answer = await asked(office.reader, "GET", f"{office.path}/free")
        return answer["mentors"], answer["mentees"]

    await office.has(mentors={"maija": 2, "kalle": 1}, mentees=4)
    await office.imports(BO, "mentor,Outi,outi@example.org,fi:C2,none,1,")
    await office.admits("outi")
    assert await free() == (2, 4), "Bo has no place, Outi no door"
    await office.publishes(await office.drafts())
    assert await free() == (0, 1), "who has been asked is not free"
    first, second, _ = [await office.forms(*both) for both in await office.proposed()]
    await office.tells(f"/pairs/{first}/end", {"reason": "by-agreement"})
    assert await free() == (1, 2)
    for act in ("start", "close"):
        await office.tells(f"{office.path}/{act}")
    assert (await office.world.deps("pairing").pairs.get(second)).status == "ended"
    assert (await free())[1] == 2, "whose pair lasted as long as the program has had theirs"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("board", "people"),
        ("applications", "applications"),
        ("applications/in-short", "applications"),
        ("pairs", "pairs"),
        ("pairs/in-short", "pairs"),
        ("readiness", "mentors"),
    ],
)
async def test_lists_come_in_pages_that_leave_nobody_out(office: Office, path: str, kind: str) -> None:
    await office.has(mentors={"maija": 1, "kalle": 1, "orn": 1}, mentees=3)
    await office.publishes(await office.drafts())
    whole = (await asked(office.reader, "GET", f"{office.path}/{path}"))[kind]
    found: list[dict[str, Any]] = []
    after, pages = "", 0
    while pages == 0 or after:
        page = await asked(office.reader, "GET", f"{office.path}/{path}?limit=2&after={after}")
        found, after, pages = [*found, *page[kind]], page["after"], pages + 1
    assert (found, pages) == (whole, (len(whole) + 1) // 2)
    for limit in (0, 501):
        answer = await refused(office.reader, "GET", f"{office.path}/{path}?limit={limit}")
        assert answer == (422, "invalid-input")


async def test_an_administrators_programs_come_in_pages(office: Office) -> None:
    other = await Office.opened(office.world)
    first = await asked(office.root, "GET", "/programs?limit=1")
    second = await asked(office.root, "GET", f"/programs?limit=1&after={first['after']}")
    found = {each["id"] for each in (*first["programs"], *second["programs"])}
    assert (found, second["after"]) == ({office.program, other.program}, "")


async def test_staff_read_what_an_applicant_wrote(office: Office) -> None:
    header = "role,name,email,languages,needs,goals"
    await office.imports("mentee,Bo,bo@example.org,fi:B1,cv;network,A shop of my own", header=header)
    id_ = (await office.application_of("bo"))["id"]
    detail = await asked(office.reader, "GET", f"/applications/{id_}")
    assert detail == await office.application_of("bo") | {"profile": detail["profile"]}
    assert detail["profile"] == {
        "languages": {"fi": "B1"},
        "field": [],
        "municipality": "",
        "forms": [],
        "availability": [],
        "needs": ["cv", "network"],
        "offers": [],
        "capacity": 1,
        "goals": "A shop of my own",
    }


async def test_board_and_applications_are_for_staff_of_the_program(office: Office) -> None:
    await office.imports(BO)
    path = f"/applications/{(await office.application_of('bo'))['id']}"
    others = (office.stranger, office.person("bo"), office.world.as_service("pairing", "people"))
    for client in others:
        assert await refused(client, "GET", f"{office.path}/board") == (404, "not-found")
        answer, unknown = await client.get(path), await client.get("/applications/unknown")
        assert (answer.status_code, answer.json()) == (404, unknown.json()), "not even that there is one"
