"""The web client: pages that work without scripts, one module per part of the site."""

from fastapi import APIRouter

from matka_gateway.pages import apply, front, links, mine, programs, sign_in, staff, static, verify

router = APIRouter(include_in_schema=False)
for _part in (
    static,
    sign_in,
    programs,
    staff,
    mine,
    apply,
    links,
    verify,
    front,
):  # front ends with what is nowhere
    router.include_router(_part.router)
