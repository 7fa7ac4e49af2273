"""Programs and imports that cannot be right: refused with what is wrong, and nothing of them stays."""

from typing import Any

from tests.support.asking import asked
from tests.support.town import Town
from tests.support.town_life import ADMINISTRATOR, PEOPLE, PROGRAM, Life

HEADER = "role,name,email"
MAIJA = "mentor,Maija,maija@example.org"


async def refusal(life: Life, csv: str) -> dict[str, Any]:
    """The answer to an import that must be refused."""
    staff = life.town.as_person("pairing", "staff", ("coordinator", life.program))
    answer = await staff.post(f"/programs/{life.program}/imports", json={"csv": csv})
    found: dict[str, Any] = answer.json()
    assert answer.status_code == found["status"] == 422, answer.text
    return found


async def nothing_stays(life: Life, before: dict[str, int]) -> None:
    """Nobody is known, nothing was told, and no row lies anywhere."""
    await life.town.quiet()
    assert await life.town.published() == before
    path = f"/programs/{life.program}/applications"
    assert await life.staff("pairing", "GET", path) == {"applications": [], "after": ""}
    for service in ("pairing", "people"):
        store = life.town.host(service)._store
        held = {
            collection.name: await store.count(collection, {})
            for collection in life.town.host(service).service.collections
        }
        known = {"programs": 1} if service == "pairing" else {}
        assert {name: number for name, number in held.items() if number} == known
    assert await life.town.host("pairing").deps.jobs.unfinished() == 0


BAD_TABLES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("", "csv-unreadable", {}),
    (f'{HEADER}\nmentor,"Maija,maija@example.org\n', "csv-unreadable", {}),
    (
        f"{HEADER},shoe size,origin\n{MAIJA},43,x\n",
        "unknown-columns",
        {"columns": ["origin", "shoe size"]},
    ),
    ("name,phone\nMaija,1\n", "columns-missing", {"columns": ["role", "email"]}),
    (
        f"{HEADER}\n{MAIJA}\nmentee,Amal,MAIJA@example.org\n",
        "rows-invalid",
        {"count": 1, "problems": ["3:email:duplicate-of-line-2"]},
    ),
    (
        f"{HEADER},languages\n{MAIJA},fi:C2\nboss,,nobody,fi:Z9\n",
        "rows-invalid",
        {
            "count": 4,
            "problems": [
                "3:email:not-an-address",
                "3:role:not-one-of-the-known",
                "3:name:missing",
                "3:languages:not-one-of-the-known",
            ],
        },
    ),
)


async def test_a_bad_table_is_refused_by_line_and_column_and_leaves_nothing_behind(
    life: Life,
) -> None:
    before = await life.town.published()
    for csv, code, params in BAD_TABLES:
        told = await refusal(life, csv)
        assert (told["code"], told["params"]) == (code, params)
    await nothing_stays(life, before)


async def test_after_a_bad_table_the_mended_one_is_taken_in(life: Life) -> None:
    told = await refusal(life, PEOPLE.replace("fi:B1", "fi:Z9"))
    assert told["params"]["problems"] == [f"{line}:languages:not-one-of-the-known" for line in (3, 4)]
    await life.imports()
    found = (await life.staff("pairing", "GET", f"/programs/{life.program}/applications"))["applications"]
    assert [each["status"] for each in found] == ["admitted"] * 3


async def test_a_program_that_ends_before_it_starts_is_never_opened(town: Town) -> None:
    root = town.as_person("pairing", "root", ADMINISTRATOR)
    for ends_on in ("2027-01-17", "2027-01-18", "2026-07-18"):
        answer = await root.post("/programs", json=PROGRAM | {"ends_on": ends_on})
        told = answer.json()
        assert (answer.status_code, told["code"]) == (422, "program-ends-before-it-starts")
        assert told["params"] == {"starts_on": "2027-01-18", "ends_on": ends_on}
    assert await asked(root, "GET", "/programs") == {"programs": [], "after": ""}
    await town.quiet()
    assert set((await town.published()).values()) == {0}


async def test_one_key_opens_one_program_and_not_another(town: Town) -> None:
    root = town.as_person("pairing", "root", ADMINISTRATOR)
    root.headers["Idempotency-Key"] = "spring"
    first = await asked(root, "POST", "/programs", PROGRAM)
    assert await asked(root, "POST", "/programs", PROGRAM) == first
    answer = await root.post("/programs", json=PROGRAM | {"ends_on": "2027-12-18"})
    assert (answer.status_code, answer.json()["code"]) == (422, "key-reused")
    await town.quiet()
    assert (await town.published())["pairing"] == 1
