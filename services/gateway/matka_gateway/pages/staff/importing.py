"""Staff bring people in from a table: checked first, every mistake named by its row, then taken in."""

from typing import Any

from fastapi import APIRouter, Response

from matka_gateway.import_texts import COLUMNS, NEEDED, say_problems, template
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.staff.deeds import attempt, do
from matka_gateway.pages.staff.desk import Desk, Id, Trouble
from matka_gateway.pages.visit import Visit, VisitOf

router = APIRouter(route_class=PageRoute, prefix="/programs/{program_id}/import")
_INVALID = 422


@router.api_route("", methods=["GET", "HEAD"])
async def ask_for_table(program_id: Id, visit: VisitOf) -> Response:
    return await _form(Desk.at(visit, program_id))


@router.api_route("/template.csv", methods=["GET", "HEAD"])
async def template_file(program_id: Id, visit: VisitOf) -> Response:
    """A table to fill in: its header line and an example."""
    Desk.at(visit, program_id)
    headers = {"Content-Disposition": 'attachment; filename="people.csv"'}
    return Response(template(), media_type="text/csv; charset=utf-8", headers=headers)


@router.post("")
async def check(program_id: Id, visit: VisitOf) -> Response:
    """Say what is wrong with the table, or whom it would bring in; nobody comes yet."""
    desk = Desk.at(visit, program_id)
    table = await _table(visit)
    if isinstance(table, Trouble):
        return await _form(desk, table)
    found = await attempt(visit, do(visit, "pairing", f"{desk.home}/imports/check", {"csv": table}))
    if isinstance(found, Trouble):
        return await _form(desk, found, table)
    if not found["mentors"] + found["mentees"]:
        return await _form(desk, _wrong(visit.language.say("There is nobody below the header line.")), table)
    return desk.show("import-check.html", await desk.gather(), table=table, found=found)


@router.post("/people")
async def take_in(program_id: Id, visit: VisitOf) -> Response:
    """Take in what was checked; a page of its own tells how far that is."""
    desk, table = Desk.at(visit, program_id), visit.whole("table")
    job = await attempt(visit, do(visit, "pairing", f"{desk.home}/imports", {"csv": table}))
    if isinstance(job, Trouble):
        return await _form(desk, job, table)
    return visit.go(f"{desk.home}/progress/pairing/{job['id']}")


@router.api_route("/people", methods=["GET", "HEAD"])
async def back_to_the_form(program_id: Id, visit: VisitOf) -> Response:
    """The form's address opened as a link, such as after switching the language, begins anew."""
    return visit.go(f"{Desk.at(visit, program_id).home}/import")


async def _table(visit: Visit) -> str | Trouble:
    """The table in the file that was chosen, else the one that was pasted."""
    upload = visit.upload("file")
    if upload is None:
        pasted = visit.whole("table")
        return pasted if pasted.strip() else _wrong(visit.language.say("Choose a file, or paste the table."))
    try:
        text = (await upload.read()).decode("utf-8-sig")
    except UnicodeDecodeError:
        text = visit.language.say(
            "This file is not in UTF-8. Save it anew as “CSV UTF-8” and choose it again."
        )
        return _wrong(text)
    return text if text.strip() else _wrong(visit.language.say("This file is empty."))


def _wrong(text: str) -> Trouble:
    return Trouble(_INVALID, text, "table")


async def _form(desk: Desk, trouble: Trouble | None = None, table: str = "") -> Response:
    failure = trouble.failure if trouble else None
    params: dict[str, Any] = dict(failure.params) if failure else {}
    problems = params.get("problems", []) if failure and failure.code == "rows-invalid" else []
    return desk.show(
        "import.html",
        await desk.gather(),
        trouble,
        table=table,
        problems=say_problems(desk.visit.language, problems),
        more=int(params.get("count", 0)) - len(problems) if problems else 0,
        columns={column: desk.visit.language.say(text) for column, text in COLUMNS.items()},
        needed=NEEDED,
        unknown=failure is not None and failure.code == "unknown-columns",
    )
