"""The steps of a whole program: start, seal, close; and the certificates that come of it."""

from collections import Counter
from collections.abc import Sequence

from fastapi import APIRouter, Response

from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.staff.deciding import one_of
from matka_gateway.pages.staff.deeds import attempt, do
from matka_gateway.pages.staff.desk import Desk, Id, Trouble
from matka_gateway.pages.staff.early import Warnings
from matka_gateway.pages.staff.lists import Sheet, Wanted
from matka_gateway.pages.visit import VisitOf
from matka_gateway.readings import Program, read_list, read_one
from matka_gateway.staff_readings import DeskGathering, Issued, Participation
from matka_gateway.staff_terms import STAFF_TERMS
from matka_gateway.terms import TERMS
from matka_gateway.upstream import Ask, Gap, Incoming
from matka_kit.errors import NotFound

router = APIRouter(route_class=PageRoute, prefix="/programs/{program_id}")
_STEPS = {"start": "pairing", "seal": "scheduling", "close": "pairing"}
_FILTERS = {"status": [*TERMS["certificate"]], "sort": ["name", "number"]}


@router.api_route("/steps", methods=["GET", "HEAD"])
async def steps(program_id: Id, visit: VisitOf) -> Response:
    return await _steps(Desk.at(visit, program_id))


@router.api_route("/steps/{step}", methods=["GET", "HEAD"])
async def ask_to_step(program_id: Id, step: str, visit: VisitOf) -> Response:
    return await _steps(Desk.at(visit, program_id), one_of(step, _STEPS))


@router.post("/steps/{step}")
async def take_step(program_id: Id, step: str, visit: VisitOf) -> Response:
    """Start, seal or close the program, after a page that says what follows from it."""
    desk, service = Desk.at(visit, program_id), _STEPS[one_of(step, _STEPS)]
    if desk.decides and visit.field("sure") != "yes" and await _is_early(desk, step):
        text = visit.language.say("This step comes early. Tick that you are sure, or wait.")
        return await _steps(desk, step, Trouble(422, text, "sure"))
    done = await attempt(visit, do(visit, service, f"{desk.home}/{step}"))
    if isinstance(done, Trouble):
        return await _steps(desk, step, done)
    if step == "seal":
        return visit.go(f"{desk.home}/progress/scheduling/{done['job_id']}")
    return visit.go(f"{desk.home}/steps?done={step}")


async def _steps(desk: Desk, step: str = "", trouble: Trouble | None = None) -> Response:
    answers = await desk.gather(
        participation=Ask("scheduling", f"{desk.home}/participation", whole="people"),
        gatherings=Ask("scheduling", f"{desk.home}/gatherings"),
        certificates=Ask("certificates", f"{desk.home}/certificates"),
    )
    program = read_one(Program, answers["program"])
    shares = read_list(Participation, answers["participation"], "people")
    gatherings = read_list(DeskGathering, answers["gatherings"], "gatherings")
    return desk.show(
        "step.html" if step else "steps.html",
        answers,
        trouble,
        step=step,
        early=_warnings(desk, step, program, gatherings),
        shares=shares,
        outcomes=_outcomes(shares),
        sealed=False if isinstance(shares, Gap) else any(each.seal for each in shares),
        gatherings=gatherings,
        closing=_closing(gatherings),
        certificates=read_list(Issued, answers["certificates"], "certificates"),
    )


async def _is_early(desk: Desk, step: str) -> bool:
    answers = await desk.gather(gatherings=Ask("scheduling", f"{desk.home}/gatherings"))
    gatherings = read_list(DeskGathering, answers["gatherings"], "gatherings")
    return bool(_warnings(desk, step, read_one(Program, answers["program"]), gatherings))


def _warnings(
    desk: Desk, step: str, program: Program | Gap, gatherings: Sequence[DeskGathering] | Gap
) -> list[str]:
    """Why the step comes early, if it does; nothing for a program that cannot be read or has ended."""
    if isinstance(program, Gap) or program.is_closed:
        return []
    closing = gatherings if isinstance(gatherings, Gap) else _closing(gatherings)
    return Warnings(desk.visit.language, program, desk.visit.gateway.clock.now()).about(step, closing)


def _outcomes(shares: Sequence[Participation] | Gap) -> dict[str, int]:
    """Who gets a certificate, by how it went for them."""
    found = Counter() if isinstance(shares, Gap) else Counter(each.outcome for each in shares if each.counts)
    return {outcome: found[outcome] for outcome in STAFF_TERMS["participation"] if found[outcome]}


def _closing(gatherings: Sequence[DeskGathering] | Gap) -> DeskGathering | None:
    if isinstance(gatherings, Gap):
        return None
    return next((each for each in gatherings if each.kind == "closing"), None)


@router.api_route("/certificates", methods=["GET", "HEAD"])
async def certificates(program_id: Id, visit: VisitOf) -> Response:
    desk = Desk.at(visit, program_id)
    answers = await desk.gather(certificates=Ask("certificates", f"{desk.home}/certificates"))
    found = read_list(Issued, answers["certificates"], "certificates")
    everything = [] if isinstance(found, Gap) else found
    wanted = Wanted.of(f"{desk.home}/certificates", visit.request.query_params, _FILTERS)
    status = wanted.choices["status"]
    kept = [each for each in everything if status in {"", each.standing} and _has(wanted, each)]
    by_number = wanted.sort == "number"
    kept.sort(key=lambda each: each.number if by_number else each.holder_name.casefold())
    return desk.show(
        "certificates.html",
        answers,
        wanted=wanted,
        filters=_FILTERS,
        certificates=found if isinstance(found, Gap) else Sheet.of(kept, wanted.page),
        everyone=len(everything),
    )


def _has(wanted: Wanted, each: Issued) -> bool:
    return not wanted.search or wanted.finds(f"{each.holder_name} {each.number}")


@router.api_route("/certificates/{certificate_id}", methods=["GET", "HEAD"])
async def certificate_file(program_id: Id, certificate_id: Id, visit: VisitOf) -> Response:
    """The PDF, to print for the closing event."""
    desk = Desk.at(visit, program_id)
    path = f"certificates/{certificate_id}/file"
    incoming = Incoming("certificates", "GET", path, "", {"accept": "application/pdf"}, b"")
    answer = await visit.gateway.upstream.pass_on(incoming, desk.caller)
    if answer.status != 200:
        raise NotFound
    headers = {"Content-Disposition": answer.headers["content-disposition"]}  # named by its number
    return Response(answer.content, media_type="application/pdf", headers=headers)
