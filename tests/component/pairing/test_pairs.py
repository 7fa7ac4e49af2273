"""Pairs: answered by the two themselves, agreed, ended without blame, and all at the closing."""

import asyncio
from typing import Any

import httpx2
import pytest

from matka_contracts.pairing import AgreementSigned, PairDeclined, PairEnded, PairFormed
from matka_kit.cause import Cause
from matka_kit.testing import World
from matka_pairing.domain.pair import Pair
from tests.support.asking import asked, refused
from tests.support.mothers_pairing import NOON
from tests.support.office import Office

AGREEMENT = {"form": "video", "language": "fi", "pace": {"least": 2, "most": 2}, "goals": "CV"}


@pytest.fixture
async def proposed(office: Office) -> Office:
    """Maija and a mentee have been proposed to each other; Kalle and another as well."""
    await office.has(mentors={"maija": 1, "kalle": 1}, mentees=2)
    await office.publishes(await office.drafts(("maija", "mentee0"), ("kalle", "mentee1")))
    return office


async def answers(office: Office, name: str, act: str, body: Any = None) -> httpx2.Response:
    pair = await office.pair_of(name)
    answer = await office.person(name).post(f"/pairs/{pair.id}/{act}", json=body)
    await office.world.drain()
    return answer


async def test_two_who_accept_are_a_pair_and_agree(proposed: Office) -> None:
    await proposed.forms("maija", "mentee0")
    [formed] = proposed.world.published(PairFormed)
    assert (formed.mentor_id, formed.common_language) == (proposed.ids["maija"], "fi")
    for name in ("mentee0", "maija"):
        signed = await answers(proposed, name, "agreement", AGREEMENT)
        assert signed.json()["agreement"]["goals"] == "CV"
    assert len(proposed.world.published(AgreementSigned)) == 1, "the same again is no news"
    view = await asked(proposed.person("mentee0"), "GET", f"/pairs/{formed.pair_id}")
    assert (view["status"], view["score"], view["declined_by"]) == ("formed", None, None)


async def test_both_who_accept_at_once_are_one_pair(proposed: Office) -> None:
    pair = await proposed.pair_of("mentee0")
    names = ["maija", "mentee0"] * 5
    await asyncio.gather(
        *(asked(proposed.person(name), "POST", f"/pairs/{pair.id}/accept") for name in names)
    )
    await proposed.world.drain()
    assert len(proposed.world.published(PairFormed)) == 1


async def test_accepting_and_declining_at_once_has_one_outcome(proposed: Office) -> None:
    pair = await proposed.pair_of("mentee0")
    await asked(proposed.person("maija"), "POST", f"/pairs/{pair.id}/accept")
    mentee = proposed.person("mentee0")
    both = await asyncio.gather(*(mentee.post(f"/pairs/{pair.id}/{act}") for act in ("accept", "decline")))
    await proposed.world.drain()
    assert sorted(answer.status_code for answer in both) == [200, 409]
    told = len(proposed.world.published(PairFormed)) + len(proposed.world.published(PairDeclined))
    assert told == 1


async def test_who_declines_stays_between_them_and_staff_and_both_are_free_again(proposed: Office) -> None:
    await answers(proposed, "maija", "decline")
    [declined] = proposed.world.published(PairDeclined)
    assert "declined_by" not in declined.model_dump()
    pair = await proposed.pair_of("mentee0")
    seen = await asked(proposed.person("mentee0"), "GET", f"/pairs/{pair.id}")
    assert (seen["status"], seen["declined_by"]) == ("declined", None)
    listed = (await asked(proposed.reader, "GET", f"{proposed.path}/pairs"))["pairs"]
    assert proposed.ids["maija"] in [each["declined_by"] for each in listed]
    answer = await answers(proposed, "mentee0", "accept")
    assert (answer.status_code, answer.json()["code"]) == (409, "pair-answered")
    await answers(proposed, "mentee1", "decline")
    await proposed.publishes(await proposed.drafts())
    assert ("kalle", "mentee0") in await proposed.proposed()
    assert ("maija", "mentee1") in await proposed.proposed()


async def test_a_pair_ends_without_blame_and_the_mentee_can_be_matched_anew(proposed: Office) -> None:
    pair_id = await proposed.forms("maija", "mentee0")
    await answers(proposed, "mentee1", "decline")
    ended = await asked(proposed.helper, "POST", f"/pairs/{pair_id}/end", {"reason": "other-plans"})
    assert (ended["status"], ended["end_reason"]) == ("ended", "other-plans")
    await asked(proposed.helper, "POST", f"/pairs/{pair_id}/end", {})
    await proposed.world.drain()
    assert [each.reason for each in proposed.world.published(PairEnded)] == ["other-plans"]
    await proposed.publishes(await proposed.drafts())
    assert ("kalle", "mentee0") in await proposed.proposed()


async def test_the_closing_ends_every_pair_and_takes_back_what_was_not_answered(proposed: Office) -> None:
    await proposed.forms("maija", "mentee0")
    for act in ("start", "close"):
        await proposed.tells(f"{proposed.path}/{act}")
    assert [each.reason for each in proposed.world.published(PairEnded)] == ["program-closed"]
    assert [each.reason for each in proposed.world.published(PairDeclined)] == ["program-closed"]
    pair = await proposed.pair_of("mentee1")
    assert (pair.status, pair.declined_by) == ("declined", "")


async def test_a_closing_that_is_told_again_changes_nothing(proposed: Office) -> None:
    await proposed.forms("maija", "mentee0")
    for act in ("start", "close"):
        await proposed.tells(f"{proposed.path}/{act}")
    closed = [each for each in proposed.world.bus.published if "program-closed" in each.routing_key]
    await proposed.world.bus.publish(closed * 2)
    await proposed.world.drain()
    assert len(proposed.world.published(PairEnded)) == 1


async def test_one_who_declines_while_the_program_closes_does_not_stop_the_closing(
    proposed: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await proposed.forms("kalle", "mentee1")
    deps = proposed.world.deps("pairing")
    update = deps.pairs.update
    pair = await proposed.pair_of("mentee0")

    async def after_a_decline(id_: str, change: Any, cause: Any) -> Pair:
        if id_ == pair.id and (await deps.pairs.get(id_)).is_active:
            await update(id_, lambda each: each.decline(pair.mentee_id), Cause("decline"))
        ended: Pair = await update(id_, change, cause)
        return ended

    monkeypatch.setattr(deps.pairs, "update", after_a_decline)
    for act in ("start", "close"):
        await proposed.tells(f"{proposed.path}/{act}")
    assert [each.reason for each in proposed.world.published(PairDeclined)] == [""]
    assert len(proposed.world.published(PairEnded)) == 1


@pytest.mark.parametrize(
    ("act", "body"), [("accept", None), ("decline", None), ("agreement", AGREEMENT), ("end", {})]
)
async def test_others_pairs_are_nobodys_business(proposed: Office, act: str, body: Any) -> None:
    pair = await proposed.pair_of("mentee0")
    others = [proposed.stranger, proposed.person("mentee1"), proposed.person("kalle", "mentor")]
    if act != "end":
        others += [proposed.coordinator, proposed.world.as_service("pairing", "people")]
    for client in others:
        unknown = await client.post(f"/pairs/unknown/{act}", json=body)
        answer = await client.post(f"/pairs/{pair.id}/{act}", json=body)
        assert (answer.status_code, answer.json()) == (404, unknown.json()), "not even that there is one"
    assert (await proposed.pair_of("mentee0")).status == "proposed"


async def test_only_staff_who_act_end_a_pair(proposed: Office) -> None:
    pair_id = await proposed.forms("maija", "mentee0")
    assert await refused(proposed.reader, "POST", f"/pairs/{pair_id}/end", {}) == (403, "forbidden")
    assert await refused(proposed.person("maija"), "POST", f"/pairs/{pair_id}/end", {}) == (404, "not-found")


async def test_a_pair_is_seen_by_its_two_and_by_staff_of_its_program(proposed: Office) -> None:
    pair = await proposed.pair_of("mentee0")
    assert (await asked(proposed.reader, "GET", f"/pairs/{pair.id}"))["score"] == pair.score
    assert (await asked(proposed.person("maija", "mentor"), "GET", f"/pairs/{pair.id}"))["score"] is None
    for client in (proposed.stranger, proposed.person("mentee1")):
        assert await refused(client, "GET", f"/pairs/{pair.id}") == (404, "not-found")
    assert await refused(proposed.stranger, "GET", f"{proposed.path}/pairs") == (404, "not-found")
    own = (await asked(proposed.person("mentee1"), "GET", "/pairs"))["pairs"]
    assert [each["mentee_id"] for each in own] == [proposed.ids["mentee1"]]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"pace": {"least": 3, "most": 2}}, "pace-out-of-order"),
        ({"form": "pigeon"}, "invalid-input"),
        ({"language": "Finnish"}, "invalid-input"),
        ({"colour": "red"}, "invalid-input"),
    ],
)
async def test_an_agreement_that_cannot_be_is_refused(
    proposed: Office, change: dict[str, Any], code: str
) -> None:
    await proposed.forms("maija", "mentee0")
    answer = await answers(proposed, "maija", "agreement", AGREEMENT | change)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_only_a_formed_pair_agrees(world: World, proposed: Office) -> None:
    answer = await answers(proposed, "maija", "agreement", AGREEMENT)
    assert (answer.status_code, answer.json()["code"]) == (409, "pair-not-formed")
    assert world.clock.now() == NOON
