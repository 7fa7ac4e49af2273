"""A mentor's self-study: the course part by part, then done; the talk with staff follows."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Response

from matka_gateway.pages.deeds import Id, Trouble, attempt, done, show
from matka_gateway.pages.mine.paired import by_id
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import Visit, VisitOf
from matka_gateway.readings import Course, CourseDone, Program, Way, read_list
from matka_gateway.upstream import GAP, Ask, Gap
from matka_kit.errors import NotFound, Unavailable

router = APIRouter(route_class=PageRoute, prefix="/mine/study")
_MOST_PARTS = 100


@dataclass(frozen=True)
class Study:
    """A course beside the program that it prepares for, and how far its reader is."""

    way: Way
    course: Course
    is_done: bool
    program: Program | None

    @property
    def path(self) -> str:
        """The address of its parts."""
        return f"/mine/study/{self.way.program_id}/{self.course.id}"

    @property
    def waits_for_talk(self) -> bool:
        """Whether only the talk with staff is missing; what pairing has not heard of yet counts too."""
        return self.is_done and self.way.door is None


@router.api_route("", methods=["GET", "HEAD"])
async def courses(visit: VisitOf) -> Response:
    """The reader's courses with their parts, and what comes after them."""
    return await _overview(visit)


@router.api_route("/{program_id}/{course}/{number}", methods=["GET", "HEAD"])
async def part(
    program_id: Id, course: Id, number: Annotated[int, Path(ge=1, le=_MOST_PARTS)], visit: VisitOf
) -> Response:
    """One part on a page of its own; the last one ends with the button that completes the course."""
    return _part(visit, await _study(visit, program_id, course), number)


@router.post("/{program_id}/{course}")
async def complete(program_id: Id, course: Id, visit: VisitOf) -> Response:
    """The course has been read."""
    study = await _study(visit, program_id, course)
    path = f"/programs/{program_id}/courses/{course}/complete"
    if trouble := await attempt(visit, "learning", path):
        return _part(visit, study, len(study.course.parts), trouble)
    return done(visit, "/mine/study", "course-completed")


@router.api_route("/{_program_id}/{_course}", methods=["GET", "HEAD"])
async def back_to_the_page(visit: VisitOf) -> Response:
    """The form's address opened as a link, such as after switching the language, shows the courses."""
    return visit.go("/mine/study")


def _part(visit: Visit, study: Study, number: int, trouble: Trouble | None = None) -> Response:
    if number > len(study.course.parts):
        raise NotFound
    return show(visit, "mine/study-part.html", trouble, study=study, number=number)


async def _study(visit: Visit, program_id: str, course: str) -> Study:
    """One course of the reader's. Raises `NotFound`, `Unavailable`."""
    found = await _studies(visit)
    if isinstance(found, Gap):
        raise Unavailable("learning")
    for study in found:
        if (study.way.program_id, study.course.id) == (program_id, course):
            return study
    raise NotFound


async def _overview(visit: Visit) -> Response:
    return show(visit, "mine/study.html", None, studies=await _studies(visit))


async def _studies(visit: Visit) -> list[Study] | Gap:
    """Every course for each program that has admitted the reader as a mentor."""
    session, upstream = visit.require(), visit.gateway.upstream
    asks = {
        "ways": Ask("pairing", "/readiness"),
        "programs": Ask("pairing", "/programs"),
        "library": Ask("learning", f"/library?language={visit.language.code}"),
    }
    answers = await upstream.side_by_side(session.caller, asks)
    ways = read_list(Way, answers["ways"], "ways")
    library = read_list(Course, answers["library"], "courses")
    if isinstance(ways, Gap) or isinstance(library, Gap):
        return GAP
    far = {way.program_id: Ask("learning", f"/programs/{way.program_id}/courses") for way in ways}
    known = await upstream.side_by_side(session.caller, far)
    programs = by_id(read_list(Program, answers["programs"], "programs"))
    studies = []
    for way in ways:
        courses = read_list(CourseDone, known[way.program_id], "courses")
        if isinstance(courses, Gap):
            return courses
        finished = {each.course for each in courses if each.completed_at}
        program = programs.get(way.program_id)
        studies += [Study(way, course, course.id in finished, program) for course in library]
    return studies
