"""Before the program starts: opened, staffed, applied to, admitted, mentors made ready."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from matka_cli.rehearse import guides
from matka_cli.rehearse.parts import cast_applicants, rank
from matka_cli.rehearse.people import Player
from matka_cli.rehearse.production import Gathering, Production
from matka_cli.rehearse.requests import gathering_request, program_request
from matka_cli.rehearse.stage import all_of
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


async def decide(show: Production) -> None:
    """Staff read the applications and decide; then everybody signs in for the first time.

    One is declined and one referred on, if so many apply; who comes after the last seat waits.
    """
    found = await applications_by_email(show)
    parts = show.applicants = cast_applicants(show.hands.seed, show.cohort.applicants)
    refused = {parts.declined: "decline", parts.referred: "refer"}
    for email in sorted(refused.keys() & found.keys()):
        body = {"reason": "other-service" if email == parts.referred else "no-place"}
        path = f"/pairing/applications/{found[email]}/{refused[email]}"
        await show.hands.post(show.coordinator, path, body)
    mentees = sorted((each.email for each in show.mentees if each.email not in refused), key=_turn(show))
    late = mentees[show.cohort.program.seats :]
    for email in late:
        path = f"/pairing/applications/{found[email]}/wait"
        await show.hands.post(show.coordinator, path, {"reason": "no-place"})
    admitted = [email for email in found if email not in refused and email not in late]
    for email in sorted(admitted):
        await show.hands.post(show.coordinator, f"/pairing/applications/{found[email]}/admit")
    await show.stage.idle()
    show.take_in(admitted)
    await show.sign_in(show.participants)
    guides.write(show)
    others = f", {len(found) - len(admitted)} are not" if len(admitted) < len(found) else ""
    show.tell(f"{len(admitted)} are admitted{others}")


async def applications_by_email(show: Production) -> dict[str, str]:
    """The ids of all applications by the address that somebody applied with."""
    path = f"/pairing/programs/{show.program_id}/applications"
    found = (await show.hands.get(show.coordinator, path))["applications"]
    emails: dict[str, str] = {}
    for begin in range(0, len(found), 200):
        ids = [each["person_id"] for each in found[begin : begin + 200]]
        persons = await show.hands.post(show.coordinator, "/people/persons/lookup", {"ids": ids})
        emails |= {each["id"]: each["email"] for each in persons["persons"]}
    return {emails[each["person_id"]]: each["id"] for each in found}


async def study(show: Production) -> None:
    """The mentors of door B take the course on their own."""
    students = [each for each in show.mentors if each.training == "self-study"]
    path = f"/learning/programs/{show.program_id}/courses/{COURSE}/complete"
    await all_of(show.hands.post(each, path) for each in students)


async def talk_with(show: Production, students: list[Player]) -> None:
    """Staff talk with each of them and record it."""
    for student in students:
        path = f"/pairing/programs/{show.program_id}/mentors/{student.id}/contact"
        await show.hands.post(show.coordinator, path, {"reason": ""})


async def talk_with_students(show: Production) -> None:
    """Staff talk with those who study on their own; one of them has to wait."""
    late = show.applicants.late_contact
    students = [each for each in show.mentors if each.training == "self-study"]
    await talk_with(show, [each for each in students if each.email != late])
    waiting = [each for each in students if each.email == late]
    show.stage.at(show.times.late_contact, partial(talk_with, show, waiting))


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
    times, at = show.times, show.stage.at
    show.phases.begin("preparing")
    at(times.opening, partial(open_program, show))
    at(times.opening + timedelta(hours=2), partial(plan_gatherings, show))
    at(times.opening + timedelta(hours=3), partial(import_people, show))
    at(times.opening + timedelta(hours=4), partial(_schedule_trainings, show))
    at(times.decisions, partial(decide, show))
    at(times.study, partial(study, show))
    at(times.contacts, partial(talk_with_students, show))


async def _schedule_trainings(show: Production) -> None:
    for gathering in show.gatherings:
        if gathering.table.kind is GatheringKind.MENTOR_TRAINING:
            show.stage.at(show.day_after(gathering), partial(record_training, show, gathering))


def _turn(show: Production) -> Callable[[str], bytes]:
    """In which order seats are given: by chance that is the same in every run."""
    return lambda email: rank(show.hands.seed, "seat-of-the-program", email)


async def _enlist(show: Production, colleague: Player) -> None:
    body = {"name": colleague.name, "email": colleague.email, "language": colleague.language}
    person = await show.hands.post(show.coordinator, "/people/persons", body)
    grant = {"role": colleague.role, "scope": show.program_id}
    await show.hands.post(show.coordinator, f"/people/persons/{person['id']}/roles", grant)
