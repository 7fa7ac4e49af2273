"""A program in which there is one of everything that a route can be about."""

from collections.abc import Mapping

from matka_kit.host import GATEWAY
from matka_kit.testing import World
from tests.support.asking import asked
from tests.support.gateway import api_session
from tests.support.small_program import MENTEE, MENTOR, STAFF, UNDECIDED, SmallProgram

OTHER_MENTOR, OTHER_MENTEE = "orn@example.org", "anh@example.org"


async def one_of_everything(world: World) -> dict[str, str]:
    """A program in which there is one of everything, by what stands for it in paths and bodies."""
    program = await SmallProgram.opened(world)
    ids = await program.imports()
    training = await program.gathers("mentor-training", 5, [ids[MENTOR], ids[OTHER_MENTOR]])
    known = {"program": program.id, "mentor": ids[MENTOR], "mentee": ids[MENTEE], "training": training}
    known |= {"other mentor": ids[OTHER_MENTOR], "other mentee": ids[OTHER_MENTEE]}
    known["pair"] = await program.matches(ids)
    known["gathering"] = await program.gathers("theme", 20, [])
    seal = await program.tell("scheduling/programs/*/seal")
    known["job"], known["draft"] = seal["job_id"], await _draft(program)
    lines = (await program.ask("pairing/programs/*/applications"))["applications"]
    known["application"] = next(each["id"] for each in lines if each["person_id"] == ids[UNDECIDED])
    known["staff"] = (await program.ask("people/me"))["id"]
    known |= await _of_the_pair(world, known)
    return known | await _of_the_mentor(world, known)


async def _draft(program: SmallProgram) -> str:
    return str((await program.ask("pairing/programs/*/proposals"))["proposals"][0]["id"])


async def _of_the_pair(world: World, known: Mapping[str, str]) -> dict[str, str]:
    """What the mentee has: a meeting, a case, a goal, an exercise, and links in letters."""
    amal, maija = await api_session(world, MENTEE), await api_session(world, MENTOR)
    plan = {"at": "2027-03-02T17:00", "minutes": 60, "form": "video"}
    pair, program = known["pair"], known["program"]
    exercise = (await asked(amal, "GET", "/api/learning/library"))["exercises"][0]["id"]
    made = {
        "meeting": await asked(amal, "POST", f"/api/scheduling/pairs/{pair}/meetings", plan),
        "case": await asked(amal, "POST", f"/api/pairing/pairs/{pair}/cases", {"kind": "other"}),
        "goal": await asked(
            amal, "POST", f"/api/learning/programs/{program}/goals", {"kind": "cv", "text": "A CV"}
        ),
        "assignment": await asked(
            maija, "POST", f"/api/learning/pairs/{pair}/exercises", {"exercise": exercise}
        ),
    }
    ids = {name: str(answer["id"]) for name, answer in made.items()}
    path = f"/api/learning/programs/{program}/courses"
    ids["course"] = (await asked(maija, "GET", path))["courses"][0]["course"]
    whose, letters = {"person_id": known["mentee"]}, world.as_service
    path = f"/meetings/{ids['meeting']}/log-link"
    log = await asked(letters("scheduling", "notifications"), "POST", path, whose)
    both = {"person_ids": [known["mentee"]]}
    stop = await asked(letters("people", "notifications"), "POST", "/stop-links", both)
    await world.drain()
    return ids | {
        "exercise": exercise,
        "scheduling token": log["token"],
        "people token": stop["tokens"][known["mentee"]],
    }


async def _of_the_mentor(world: World, known: Mapping[str, str]) -> dict[str, str]:
    """The certificate that is ready and not handed out yet, and a letter by which somebody signs in."""
    staff = await api_session(world, STAFF)
    path = f"/api/certificates/programs/{known['program']}/certificates"
    [found] = [
        each
        for each in (await asked(staff, "GET", path))["certificates"]
        if each["person_id"] == known["mentor"]
    ]
    certificate = await world.deps("certificates").certificates.get(found["id"])
    signing_in = await asked(
        world.as_service("people", GATEWAY), "POST", "/sign-ins", {"email": "amal@example.org"}
    )
    await world.drain()
    return {
        "certificate": found["id"],
        "number": found["number"],
        "sha256": certificate.edition.sha256,
        "request": signing_in["request_id"],
    }
