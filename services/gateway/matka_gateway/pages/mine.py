"""A participant's own page: my pair, our next meeting, my certificate."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from matka_gateway.pages.rendering import page
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import VisitOf
from matka_gateway.readings import Certificate, Meeting, Pair, Program, read_list
from matka_gateway.upstream import Ask, Gap, Incoming
from matka_kit.errors import NotFound

router = APIRouter(route_class=PageRoute, prefix="/mine")
Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,100}$")]
_PARTS = {
    "me": Ask("people", "/me"),
    "programs": Ask("pairing", "/programs"),
    "pairs": Ask("pairing", "/pairs"),
    "meetings": Ask("scheduling", "/me/meetings"),
    "certificates": Ask("certificates", "/me/certificates"),
}
_SHOWN = ("formed", "proposed", "ended")


@dataclass(frozen=True)
class MyPair:
    """A pair as one of the two sees it; `other` is empty while `people` is away."""

    pair: Pair
    am_mentor: bool
    other: str
    program: Program | None


@router.api_route("", methods=["GET", "HEAD"])
async def mine(visit: VisitOf) -> Response:
    """All that is this person's own: one call per matter, side by side, then the others' names."""
    session, upstream = visit.require(), visit.gateway.upstream
    answers = await upstream.side_by_side(session.caller, _PARTS)
    programs = _by_id(read_list(Program, answers["programs"], "programs"))
    found = read_list(Pair, answers["pairs"], "pairs")
    known = [] if isinstance(found, Gap) else found
    names = await upstream.names({_other(pair, session.person_id) for pair in known})
    pairs = _as_seen_by(session.person_id, known, names, programs)
    return page(
        visit,
        "mine.html",
        name=_name(answers["me"]),
        pairs=found if isinstance(found, Gap) else pairs,
        meetings=read_list(Meeting, answers["meetings"], "meetings"),
        others={each.pair.id: each.other for each in pairs},
        certificates=read_list(Certificate, answers["certificates"], "certificates"),
    )


@router.api_route("/certificates/{certificate_id}", methods=["GET", "HEAD"])
async def certificate_file(certificate_id: Id, visit: VisitOf) -> Response:
    """The certificate's PDF, byte for byte; its owner's service says who may have it."""
    path = f"certificates/{certificate_id}/file"
    incoming = Incoming("certificates", "GET", path, "", {"accept": "application/pdf"}, b"")
    answer = await visit.gateway.upstream.pass_on(incoming, visit.require().caller)
    if answer.status != 200:
        raise NotFound
    headers = {"Content-Disposition": f'attachment; filename="matka-{certificate_id}.pdf"'}
    return Response(answer.content, media_type="application/pdf", headers=headers)


def _other(pair: Pair, person_id: str) -> str:
    return pair.mentee_id if pair.mentor_id == person_id else pair.mentor_id


def _as_seen_by(
    person_id: str, pairs: list[Pair], names: dict[str, str], programs: dict[str, Program]
) -> list[MyPair]:
    """The pairs worth showing, those that meet first."""
    shown = sorted(
        (pair for pair in pairs if pair.status in _SHOWN), key=lambda each: _SHOWN.index(each.status)
    )
    return [
        MyPair(
            pair=pair,
            am_mentor=pair.mentor_id == person_id,
            other=names.get(_other(pair, person_id), ""),
            program=programs.get(pair.program_id),
        )
        for pair in shown
    ]


def _by_id(programs: list[Program] | Gap) -> dict[str, Program]:
    return {} if isinstance(programs, Gap) else {each.id: each for each in programs}


def _name(me: Any) -> str:
    return "" if isinstance(me, Gap) else str(me["name"])
