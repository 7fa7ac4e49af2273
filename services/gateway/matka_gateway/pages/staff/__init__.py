"""Staff's pages of one program: a module per page, the board first."""

from fastapi import APIRouter

from matka_gateway.pages.staff import (
    attendance,
    board,
    case,
    cases,
    gatherings,
    importing,
    matching,
    pairs,
    people,
    person,
    publishing,
    readiness,
    steps,
    why_not,
)

router = APIRouter()
for _part in (
    board,
    people,
    importing,
    person,
    readiness,
    matching,
    why_not,
    publishing,
    pairs,
    gatherings,
    attendance,
    cases,
    case,
    steps,
):
    router.include_router(_part.router)
