"""Applying on the public site, as a mentor or as a mentee; what was typed is kept until it is right."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response

from matka_contracts.terms import Cefr, Role
from matka_gateway import open_doors
from matka_gateway.allowances import TooManyAttempts
from matka_gateway.failures import failure_of
from matka_gateway.forms.application import CAPACITIES, OTHER_TONGUES, TypedApplication
from matka_gateway.pages.deeds import Trouble, command_key, trouble_of, unfinished
from matka_gateway.pages.rendering import page
from matka_gateway.pages.route import OpenRoute
from matka_gateway.pages.visit import Visit, VisitOf
from matka_gateway.readings import Program
from matka_gateway.tongues import AT_WORK, by_name
from matka_kit.client import Refused
from matka_kit.errors import NotFound, Transient, Unavailable

router = APIRouter(route_class=OpenRoute, prefix="/apply")
Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,100}$")]
Applied = Literal["mentor", "mentee"]


@router.api_route("", methods=["GET", "HEAD"])
async def programs(visit: VisitOf) -> Response:
    """The programs that take applications."""
    return page(visit, "apply.html", programs=await open_doors.open_programs(visit.gateway))


@router.api_route("/received", methods=["GET", "HEAD"])
async def received(visit: VisitOf) -> Response:
    """Thanks, in the same words whether we knew the address or not."""
    return page(visit, "apply-received.html")


@router.api_route("/{program_id}", methods=["GET", "HEAD"])
async def choose_role(program_id: Id, visit: VisitOf) -> Response:
    """As whom somebody wants to take part."""
    return page(visit, "apply-role.html", program=await _program(visit, program_id))


@router.api_route("/{program_id}/{role}", methods=["GET", "HEAD"])
async def form(program_id: Id, role: Applied, visit: VisitOf) -> Response:
    """The form, empty."""
    program = await _program(visit, program_id)
    return _form(visit, program, TypedApplication.empty(Role(role), visit.language.code))


@router.post("/{program_id}/{role}")
async def hand_in(program_id: Id, role: Applied, visit: VisitOf) -> Response:
    """Hand the application in; whatever is in its way, the form comes back as it was filled in."""
    names = {name for name, _ in visit.form.multi_items()}
    typed = TypedApplication.taken(
        Role(role),
        {name: visit.field(name) for name in names},
        {name: visit.fields(name) for name in names},
    )
    if problems := typed.problems():
        return _form(visit, await _program_or_less(visit, program_id), typed, unfinished(visit, problems))
    application = typed.read(program_id)
    key = command_key(visit, program_id, application)
    try:
        await open_doors.apply(visit.gateway, application, visit.client, key)
    except (TooManyAttempts, Refused, Transient, Unavailable, TimeoutError) as error:
        trouble = trouble_of(visit, failure_of(error, visit.request.url.path))
        return _form(visit, await _program_or_less(visit, program_id), typed, trouble)
    return visit.go("/apply/received")


async def _program(visit: Visit, program_id: str) -> Program:
    """A program that takes applications. Raises `NotFound`, `Unavailable`, `Transient`."""
    found = await open_doors.open_programs(visit.gateway)
    for program in found:
        if program.id == program_id:
            return program
    raise NotFound(kind="programs")


async def _program_or_less(visit: Visit, program_id: str) -> Program | None:
    """The program, or nothing where it can't be read right now or takes no more applications."""
    try:
        return await _program(visit, program_id)
    except (NotFound, Refused, Unavailable, Transient, TimeoutError):
        return None


def _form(
    visit: Visit, program: Program | None, typed: TypedApplication, trouble: Trouble | None = None
) -> Response:
    response = page(
        visit,
        "apply-form.html",
        trouble.status if trouble else 200,
        program=program,
        typed=typed,
        trouble=trouble,
        problems=trouble.fields if trouble else {},
        at_work=AT_WORK,
        tongues=by_name(visit.language.locale),
        others=range(1, OTHER_TONGUES + 1),
        levels=[each.value for each in Cefr],
        written={each.code: each.name for each in visit.gateway.languages},
        capacities={number: number for number in CAPACITIES},
    )
    response.headers.update(trouble.headers if trouble else {})
    return response
