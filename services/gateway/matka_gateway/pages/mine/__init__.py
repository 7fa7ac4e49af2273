"""A participant's own pages: my pair, our meetings, goals and exercises, staff's help, my details."""

from fastapi import APIRouter

from matka_gateway.pages.mine import agreement, details, goals, meetings, overview, proposals, study, support

router = APIRouter()
_PARTS = (overview, study, meetings, agreement, goals, support, details, proposals)  # ends with what is left
for _part in _PARTS:
    router.include_router(_part.router)
