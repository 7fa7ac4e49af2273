"""Before the program starts: opened, staffed, applied to, admitted, mentors made ready."""

from datetime import timedelta
from functools import partial

from matka_cli.rehearse.people import Player, all_of
from matka_cli.rehearse.production import Gathering, Production
from matka_cli.rehearse.requests import gathering_request, program_request
from matka_contracts.terms import GatheringKind

COURSE = "mentoring-basics"


async def open_program(show: Production) -> None:
    """The coordinator opens the program, brings in the other staff and plans the gatherings."""
    show.tell("the program opens")
    await show.sign_in([show.coordinator])
    body = program_request(show.cohort.program)
    program = await show.hands.post(show.coordinator, "/pairing/programs", body)
    show.program_id = program["id"]
    for colleague in show.staff:
        await _enlist(show, colleague)
    await show.stage.idle()
    await show.sign_in([each for each in show.staff if not each.session])


async def plan_gatherings(show: Production) -> None:
    """All gatherings that are known by now are announced."""
    for table in sorted(show.cohort.gatherings, key=lambda each: each.at):
        path = f"/scheduling/programs/{show.program_id}/gatherings"
        gathering = await show.hands.post(show.coordinator, path, gathering_request(table))
        show.gatherings.append(Gathering(gathering["id"], table))


async def import_people(show: Production) -> None:
    """Staff import everybody who applied."""
    show.tell(f"{len(show.participants)} people apply")
    path = f"/pairing/programs/{show.program_id}/imports"
    job = await show.hands.post(show.coordinator, path, {"csv": show.cohort.csv})
    await show.stage.idle()
    job = await show.hands.get(show.coordinator, f"/pairing/jobs/{job['id']}")
    if job["status"] != "finished":
        raise RuntimeError(f"the import did not finish: {job}")


async def admit_everybody(show: Production) -> None:
    """Staff read the applications and admit; then everybody signs in for the first time."""
    path = f"/pairing/programs/{show.program_id}/applications"
    found = await show.hands.get(show.coordinator, path)
    for application in found["applications"]:
        await show.hands.post(show.coordinator, f"/pairing/applications/{application['id']}/admit")
    await show.stage.idle()
    await show.sign_in(show.participants)
    show.tell(f"{len(found['applications'])} are admitted")


async def study(show: Production) -> None:
    """The mentors of door B take the course on their own."""
    students = [each for each in show.mentors if each.training == "self-study"]
    path = f"/learning/programs/{show.program_id}/courses/{COURSE}/complete"
    await all_of(show.hands.post(each, path) for each in students)


async def talk_with_students(show: Production) -> None:
    """Staff talk with each of them and record it."""
    for student in show.mentors:
        if student.training == "self-study":
            path = f"/pairing/programs/{show.program_id}/mentors/{student.id}/contact"
            await show.hands.post(show.coordinator, path, {"reason": ""})


async def record_training(show: Production, gathering: Gathering) -> None:
    """Those who go by door A came to the mentor training; those with no preparation did not."""
    invited = [each for each in show.mentors if each.training != "self-study"]
    records = [{"person_id": each.id, "attended": each.training == "training"} for each in invited]
    await record(show, gathering, records)


async def record(show: Production, gathering: Gathering, records: list[dict[str, object]]) -> None:
    """Staff record who came, and close the gathering."""
    path = f"/scheduling/gatherings/{gathering.id}"
    for begin in range(0, len(records), 200):
        body = {"records": records[begin : begin + 200]}
        await show.hands.post(show.coordinator, f"{path}/attendance", body)
    await show.hands.post(show.coordinator, f"{path}/held")


def schedule(show: Production) -> None:
    """Put the scenes before matching on the agenda."""
    cohort, at = show.cohort, show.stage.at
    opening = cohort.opening
    at(opening, partial(open_program, show))
    at(opening + timedelta(hours=2), partial(plan_gatherings, show))
    at(opening + timedelta(hours=3), partial(import_people, show))
    at(opening + timedelta(days=7), partial(admit_everybody, show))
    at(opening + timedelta(days=21), partial(study, show))
    at(opening + timedelta(days=28), partial(talk_with_students, show))
    at(opening + timedelta(hours=4), partial(_schedule_trainings, show))


async def _schedule_trainings(show: Production) -> None:
    for gathering in show.gatherings:
        if gathering.table.kind is GatheringKind.MENTOR_TRAINING:
            show.stage.at(show.day_after(gathering), partial(record_training, show, gathering))


async def _enlist(show: Production, colleague: Player) -> None:
    body = {"name": colleague.name, "email": colleague.email, "language": colleague.language}
    person = await show.hands.post(show.coordinator, "/people/persons", body)
    grant = {"role": colleague.role, "scope": show.program_id}
    await show.hands.post(show.coordinator, f"/people/persons/{person['id']}/roles", grant)
