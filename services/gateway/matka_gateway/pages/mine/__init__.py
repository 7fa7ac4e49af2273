"""A participant's own pages: my pair, our meetings, goals and exercises, staff's help, my details."""

from fastapi import APIRouter

from matka_gateway.pages.mine import agreement, details, goals, meetings, overview, proposals, support

router = APIRouter()
for _part in (overview, meetings, agreement, goals, support, details, proposals):  # ends with what is left
    router.include_router(_part.router)
