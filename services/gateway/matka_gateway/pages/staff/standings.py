"""What several pages ask: who applied and where some of them stand, the pairs, and which are quiet."""

from collections.abc import Sequence

from matka_gateway.pages.staff.desk import Desk, with_query
from matka_gateway.readings import read_list
from matka_gateway.staff_readings import Standing
from matka_gateway.upstream import Ask, Gap


async def standings_of(desk: Desk, people: Sequence[str]) -> list[Standing] | Gap:
    """Application, readiness and pairs of at most 100 people; of whom none are known, none are returned."""
    if not people:
        return []
    answers = await desk.more(standings=ask_standings(desk, people))
    return read_list(Standing, answers["standings"], "people")


def ask_standings(desk: Desk, people: Sequence[str]) -> Ask:
    """The question for them."""
    chosen = "&".join(f"person_id={each}" for each in people)
    return Ask("pairing", f"{desk.home}/board?{chosen}")


def applications(desk: Desk, status: str = "", *, in_short: bool = True) -> Ask:
    """The question for who applied, or whose application stands so; begins to look up their names."""
    path = with_query(f"{desk.home}/applications{'/in-short' if in_short else ''}", status=status)
    return Ask("pairing", path, whole="applications", people=("person_id",))


def pairs_in_short(desk: Desk, status: str = "") -> Ask:
    """The question for all pairs, or those that stand so; begins to look up their names."""
    path = with_query(f"{desk.home}/pairs/in-short", status=status)
    return Ask("pairing", path, whole="pairs", people=("mentor_id", "mentee_id"))


def quiet_pairs(desk: Desk) -> Ask:
    """The question for the pairs that are asked about their silence, or about whom staff are."""
    return Ask("scheduling", f"{desk.home}/rhythm?quiet=true", whole="pairs")
