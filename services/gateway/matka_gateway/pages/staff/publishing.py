"""Publishing a draft, after a look at what follows from it; and how far a long command is."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response

from matka_gateway.matching_readings import WholeDraft
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.staff.deeds import attempt, do
from matka_gateway.pages.staff.desk import Desk, Id, Trouble
from matka_gateway.pages.visit import VisitOf
from matka_gateway.readings import read_one
from matka_gateway.staff_readings import Progress
from matka_gateway.upstream import Ask, Gap
from matka_kit.errors import NotFound

router = APIRouter(route_class=PageRoute, prefix="/programs/{program_id}")
JobId = Annotated[str, Path(pattern=r"^[A-Za-z0-9:_-]{1,150}$")]
_LOOK_AGAIN_SECONDS = "3"


@router.api_route("/matching/{draft_id}/publish", methods=["GET", "HEAD"])
async def ask_to_publish(program_id: Id, draft_id: Id, visit: VisitOf) -> Response:
    return await _confirm(Desk.at(visit, program_id), draft_id)


@router.post("/matching/{draft_id}/publish")
async def publish(program_id: Id, draft_id: Id, visit: VisitOf) -> Response:
    """Ask the pairs; a page of its own tells how far that is."""
    desk = Desk.at(visit, program_id)
    job = await attempt(visit, do(visit, "pairing", f"/proposals/{draft_id}/publish"))
    if isinstance(job, Trouble):
        return await _confirm(desk, draft_id, job)
    return visit.go(f"{desk.home}/progress/pairing/{job['id']}")


@router.api_route("/progress/{service}/{job_id}", methods=["GET", "HEAD"])
async def progress(
    program_id: Id, service: Literal["pairing", "scheduling"], job_id: JobId, visit: VisitOf
) -> Response:
    """The page asks for itself again while there is something to come, unless its reader stopped that."""
    desk = Desk.at(visit, program_id)
    answers = await desk.gather(job=Ask(service, f"/jobs/{job_id}", essential=True))
    job = read_one(Progress, answers["job"])
    runs = isinstance(job, Gap) or job.status == "running"
    still = bool(visit.request.query_params.get("still"))
    response = desk.show(
        "progress.html", answers, job=job, runs=runs, still=still, path=visit.request.url.path
    )
    if runs and not still:
        response.headers["Refresh"] = _LOOK_AGAIN_SECONDS
    return response


async def _confirm(desk: Desk, draft_id: str, trouble: Trouble | None = None) -> Response:
    answers = await desk.gather(draft=Ask("pairing", f"/proposals/{draft_id}", essential=True))
    draft = read_one(WholeDraft, answers["draft"])
    if not isinstance(draft, Gap) and draft.program_id != desk.program_id:
        raise NotFound
    return desk.show("publish.html", answers, trouble, draft=draft)
