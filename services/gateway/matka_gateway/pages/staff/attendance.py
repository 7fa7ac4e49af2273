"""One gathering: who is expected, who came, and closing it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Response

from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.staff.deciding import one_of
from matka_gateway.pages.staff.deeds import attempt, do
from matka_gateway.pages.staff.desk import Desk, Id, Trouble
from matka_gateway.pages.staff.lists import Wanted
from matka_gateway.pages.staff.standings import applications
from matka_gateway.pages.visit import Visit, VisitOf
from matka_gateway.readings import read_list
from matka_gateway.staff_readings import Applicant, DeskGathering, Taken
from matka_gateway.upstream import Ask, Gap
from matka_kit.errors import NotFound

router = APIRouter(route_class=PageRoute, prefix="/programs/{program_id}/gatherings")
_SHOWN = re.compile(r"(unknown|attended|absent|other) ([A-Za-z0-9_-]{1,100})")
_MOST_RECORDS = 200
_MOST_OTHERS = 100


@router.api_route("/{gathering_id}", methods=["GET", "HEAD"])
async def gathering(program_id: Id, gathering_id: Id, visit: VisitOf) -> Response:
    return await _page(Desk.at(visit, program_id), gathering_id)


@router.post("/{gathering_id}")
async def mark(program_id: Id, gathering_id: Id, visit: VisitOf) -> Response:
    """Save what changed in the list, or close the gathering."""
    desk, deed = Desk.at(visit, program_id), one_of(visit.field("deed"), ("attendance", "held"))
    path = f"/gatherings/{gathering_id}"
    if deed == "held":
        trouble = await attempt(visit, do(visit, "scheduling", f"{path}/held"))
    else:
        trouble = await _save(visit, f"{path}/attendance")
    if isinstance(trouble, Trouble):
        return await _page(desk, gathering_id, trouble)
    return visit.go(f"{desk.home}/gatherings/{gathering_id}?done={deed}")


def marked(shown: Sequence[str], came: Sequence[str]) -> dict[str, bool]:
    """Whose mark changed: `shown` are ids with the mark that the page had, `came` those that are ticked.

    Whoever was expected and is not ticked was absent; of others nothing is recorded unless they came.
    What somebody else has recorded meanwhile stays, unless it was changed on this page too.
    """
    there, records = set(came), {}
    for value in shown:
        if not (match := _SHOWN.fullmatch(value)):
            continue
        before, person = match.groups()
        if person in there and before != "attended":
            records[person] = True
        elif person not in there and before in {"unknown", "attended"}:
            records[person] = False
    return records


async def _save(visit: Visit, path: str) -> object:
    shown, came = ([str(each) for each in visit.form.getlist(name)] for name in ("shown", "came"))
    records = [{"person_id": id_, "attended": there} for id_, there in marked(shown, came).items()]
    for start in range(0, len(records), _MOST_RECORDS):
        body = {"records": records[start : start + _MOST_RECORDS]}
        trouble = await attempt(visit, do(visit, "scheduling", path, body), typed={"came": " ".join(came)})
        if isinstance(trouble, Trouble):
            return trouble
    return None


async def _page(desk: Desk, gathering_id: str, trouble: Trouble | None = None) -> Response:
    path, now = f"/gatherings/{gathering_id}", desk.visit.gateway.clock.now()
    answers = await desk.gather(
        places=Ask("scheduling", path, essential=True, whole="places"),
        admitted=applications(desk, "admitted"),
    )
    if isinstance(answers["places"], Gap):
        return desk.show("gathering.html", answers, trouble, gathering=answers["places"])
    found = DeskGathering.model_validate(answers["places"]["gathering"])
    if found.program_id != desk.program_id:
        raise NotFound
    wanted = Wanted.of(f"{desk.home}{path}", desk.visit.request.query_params, {})
    places = [Taken.model_validate(each) for each in answers["places"]["places"]]
    people = read_list(Applicant, answers["admitted"], "applications")
    others = _others(people, places)
    names = await desk.names([*(each.person_id for each in places), *others])
    found_others = sorted(
        (id_ for id_ in others if not wanted.search or wanted.finds(names.get(id_, ""))),
        key=lambda id_: names.get(id_, "").casefold(),
    )
    return desk.show(
        "gathering.html",
        answers,
        trouble,
        gathering=found,
        places=sorted(places, key=lambda each: names.get(each.person_id, "").casefold()),
        others=people if isinstance(people, Gap) else found_others[:_MOST_OTHERS],
        others_left=max(0, len(found_others) - _MOST_OTHERS),
        roles=_roles(people),
        came=set(trouble.typed["came"].split()) if trouble and "came" in trouble.typed else None,
        begun=found.starts_at <= now,
        day_has_come=_day(found, found.starts_at) <= _day(found, now),
        wanted=wanted,
        names=names,
    )


def _day(gathering: DeskGathering, moment: datetime) -> date:
    """The local day, from which on attendance can be recorded."""
    return moment.astimezone(ZoneInfo(gathering.timezone)).date()


def _others(admitted: list[Applicant] | Gap, places: Sequence[Taken]) -> set[str]:
    """Everybody admitted who has no place yet and may have come all the same."""
    return _roles(admitted).keys() - {place.person_id for place in places}


def _roles(admitted: list[Applicant] | Gap) -> Mapping[str, str]:
    return {} if isinstance(admitted, Gap) else {each.person_id: each.role for each in admitted}
