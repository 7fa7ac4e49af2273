"""All that is asked of the public API: each list once, each certificate at the public register."""

from collections.abc import Iterable
from datetime import UTC, datetime

from matka_cli.check.asking import Asking, Json
from matka_cli.check.told import Meeting, Pair, Told

_MOST_AT_A_TIME = 500


async def ask_everything(asking: Asking, program_id: str, hashes: Iterable[str]) -> Told:
    """Ask for all of one program, and for these files at the public register. Raises `Refused`."""
    pairing, scheduling = f"/pairing/programs/{program_id}", f"/scheduling/programs/{program_id}"
    applications = (await asking.get(f"{pairing}/applications"))["applications"]
    pairs = [_pair(row) for row in (await asking.get(f"{pairing}/pairs"))["pairs"]]
    gatherings = (await asking.get(f"{scheduling}/gatherings"))["gatherings"]
    certificates = (await asking.get(f"/certificates/programs/{program_id}/certificates"))["certificates"]
    wanted, numbers = sorted(set(hashes)), [row["number"] for row in certificates]
    by_number = await asking.all(lambda number: asking.peek(f"/register/{number}"), numbers)
    by_file = await asking.all(lambda hash: asking.post("/register/check", {"sha256": hash}), wanted)
    return Told(
        program=await asking.get(pairing),
        persons=await _persons(asking, [row["person_id"] for row in applications]),
        applications=applications,
        readiness=(await asking.get(f"{pairing}/readiness"))["mentors"],
        pairs=pairs,
        meetings=[
            each for found in await asking.all(lambda pair: _meetings(asking, pair), pairs) for each in found
        ],
        gatherings=gatherings,
        places=dict(await asking.all(lambda each: _places(asking, each), gatherings)),
        participation=await asking.pages(f"{scheduling}/participation", "people"),
        certificates=certificates,
        register=dict(zip(numbers, by_number, strict=True)),
        files=dict(zip(wanted, by_file, strict=True)),
        learning=await asking.get(f"/learning/programs/{program_id}/counts"),
        cases=await _cases(asking, pairing),
        draft=await _draft(asking, pairing),
    )


async def _persons(asking: Asking, ids: list[str]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for begin in range(0, len(ids), _MOST_AT_A_TIME):
        wanted = sorted(ids)[begin : begin + _MOST_AT_A_TIME]
        answer = await asking.post("/people/persons/lookup", {"ids": wanted})
        found |= {person["id"]: person for person in (answer or {"persons": []})["persons"]}
    return found


def _pair(row: Json) -> Pair:
    return Pair(
        id=row["id"],
        mentor=row["mentor_id"],
        mentee=row["mentee_id"],
        status=row["status"],
        formed=_moment(row["formed_at"]),
        ended=_moment(row["ended_at"]),
        reason=row["end_reason"],
        score=row["score"],
    )


async def _meetings(asking: Asking, pair: Pair) -> list[Meeting]:
    """A pair that was never formed never met; scheduling may not know it."""
    found = await asking.peek(f"/scheduling/pairs/{pair.id}/meetings") if pair.formed else None
    return [_meeting(row) for row in (found or {"meetings": []})["meetings"]]


def _meeting(row: Json) -> Meeting:
    return Meeting(
        id=row["id"],
        pair=row["pair_id"],
        people=(row["mentor_id"], row["mentee_id"]),
        starts=_instant(row["starts_at"]),
        zone=row["timezone"],
        form=row["form"],
        status=row["status"],
        revision=row["revision"],
        planned=_instant(row["planned_at"]),
    )


async def _places(asking: Asking, gathering: Json) -> tuple[str, list[Json]]:
    return gathering["id"], await asking.pages(f"/scheduling/gatherings/{gathering['id']}", "places")


async def _cases(asking: Asking, pairing: str) -> list[Json]:
    answers = [await asking.peek(f"{pairing}/cases", status=status) for status in ("open", "resolved")]
    return [case for answer in answers if answer for case in answer["cases"]]


async def _draft(asking: Asking, pairing: str) -> Json | None:
    """The newest draft, with everybody who stays alone."""
    listed = await asking.peek(f"{pairing}/proposals") or {"proposals": []}
    newest = next(iter(listed["proposals"]), None)
    return await asking.get(f"/pairing/proposals/{newest['id']}") if newest else None


def _moment(text: str | None) -> datetime | None:
    return _instant(text) if text else None


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
