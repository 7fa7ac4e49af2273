"""The route of every page: begins the visit, guards its form, and makes a page of whatever goes wrong."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from matka_gateway.error_texts import HEADINGS
from matka_gateway.failures import Failure, failure_of
from matka_gateway.pages.rendering import page
from matka_gateway.pages.visit import Guard, Visit, onward
from matka_kit.errors import NotFound, Unauthenticated


class PageRoute(APIRoute):
    """A route whose answers are pages, in the reader's language, when things go wrong too."""

    guard = Guard.OUR_PAGE

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle, guard = super().get_route_handler(), self.guard

        async def answer(request: Request) -> Response:
            visit = request.state.visit = await Visit.begin(request)
            try:
                await visit.take_form(guard)
                response = await handle(request)
            except Exception as error:  # noqa: BLE001 - every error has its page; bugs are logged there
                response = self.went_wrong(visit, error)
            finally:
                await request.close()
            return visit.finish(response)

        return answer

    def went_wrong(self, visit: Visit, error: Exception) -> Response:
        """The page that says what went wrong; a route may have a better place for some of it."""
        return _what_went_wrong(visit, error)


class OpenRoute(PageRoute):
    """A page route for visitors whose browser may keep no cookie of ours."""

    guard = Guard.OUR_SITE


class LinkRoute(PageRoute):
    """A page route whose address alone is the proof; mail programs post to it by themselves."""

    guard = Guard.ANYONE


def _what_went_wrong(visit: Visit, error: Exception) -> Response:
    if isinstance(error, Unauthenticated):
        then = quote(onward(visit.here))
        return visit.go(f"/sign-in?then={then}" if then else "/sign-in")
    if isinstance(error, RequestValidationError):
        error = NotFound()  # pages are reached by links and forms of ours: a wrong address is no page
    failure = failure_of(error, visit.request.url.path)
    return failure_page(visit, failure)


def failure_page(visit: Visit, failure: Failure) -> Response:
    """A page that says what went wrong and how to go on."""
    by_status = HEADINGS.get(str(failure.status), HEADINGS["other"])
    response = page(
        visit,
        "failure.html",
        failure.status,
        failure=failure,
        heading=visit.language.say(HEADINGS.get(failure.code, by_status)),
        text=failure.text(visit.language),
    )
    response.headers.update(failure.headers)
    return response
