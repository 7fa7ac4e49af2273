"""A pair that stays silent becomes a case of staff's: one at a time, and only while it is a pair."""

from pathlib import Path
from typing import Any

import pytest

from matka_contracts.pairing import CaseOpened
from matka_kit.auth import create_keys
from tests.support.asking import asked
from tests.support.help_desk import a_pair_in, slips
from tests.support.office import Office


@pytest.fixture
async def pair(office: Office) -> str:
    return await a_pair_in(office)


async def open_cases(office: Office) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await asked(office.reader, "GET", f"{office.path}/cases"))["cases"]
    return found


async def test_the_last_step_opens_one_case(office: Office, pair: str) -> None:
    for sequence, step in enumerate(("pair", "each"), 1):
        await slips(office, pair, step, sequence)
    assert await open_cases(office) == []
    await slips(office, pair, "staff", 3)
    [case] = await open_cases(office)
    assert (case["kind"], case["pair_id"], case["opened_by"]) == ("rhythm", pair, "scheduling")
    assert (case["owner_id"], case["cover_id"]) == ("staff", "helper")
    await slips(office, pair, "staff", 4)
    assert len(office.world.published(CaseOpened)) == 1, "staff are at it already"


async def test_a_later_silence_is_a_case_of_its_own(office: Office, pair: str) -> None:
    await slips(office, pair, "staff", 1)
    [first] = await open_cases(office)
    await office.tells(f"/cases/{first['id']}/resolve", {"outcome": "continues"})
    await slips(office, pair, "staff", 2)
    [second] = await open_cases(office)
    assert second["id"] != first["id"]


async def test_the_two_do_not_see_a_case_that_their_silence_opened(office: Office, pair: str) -> None:
    await slips(office, pair, "staff", 1)
    [case] = await open_cases(office)
    for client in (office.person("mentee0"), office.person("maija", "mentor")):
        assert (await client.get(f"/cases/{case['id']}")).status_code == 404
        assert (await asked(client, "GET", "/cases"))["cases"] == []


async def test_a_pair_that_is_over_or_unknown_is_nobodys_case(office: Office, pair: str) -> None:
    await office.tells(f"/pairs/{pair}/end", {})
    await slips(office, pair, "staff", 1)
    await slips(office, "unknown", "staff", 1)
    assert await open_cases(office) == []


async def test_who_noticed_a_silence_sees_no_case_either(office: Office, pair: str, tmp_path: Path) -> None:
    create_keys(tmp_path / "keys", ["scheduling"])
    await slips(office, pair, "staff", 1)
    noticed = office.world.as_service("pairing", "scheduling")
    assert (await asked(noticed, "GET", "/cases"))["cases"] == []
