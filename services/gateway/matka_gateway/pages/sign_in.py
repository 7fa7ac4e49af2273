"""Signing in by mailed link or code, and out. Only POST changes anything: mail scanners open links."""

from fastapi import APIRouter, Response

from matka_contracts.terms import PARTICIPANTS, STAFF
from matka_gateway import handlers
from matka_gateway.cookies import Asking
from matka_gateway.failures import failure_of
from matka_gateway.handlers import Proof
from matka_gateway.pages.rendering import page
from matka_gateway.pages.route import PageRoute
from matka_gateway.pages.visit import Visit, VisitOf, onward
from matka_kit.client import Refused
from matka_kit.errors import DomainError, MatkaError

router = APIRouter(route_class=PageRoute)
_SHOWN = 20


@router.api_route("/sign-in", methods=["GET", "HEAD"])
async def ask_page(visit: VisitOf, then: str = "") -> Response:
    """Ask for an address; `then` is where somebody was going."""
    return page(visit, "sign-in.html", email="", problem="", then=onward(then))


@router.post("/sign-in")
async def ask(visit: VisitOf) -> Response:
    """Have a link mailed and bind it to this browser; the answer is the same for unknown addresses."""
    email, then = visit.field("email"), onward(visit.field("then"))
    try:
        request_id = await handlers.ask_to_sign_in(visit.gateway, email, visit.client)
    except Refused as refused:
        if refused.refused_status != 422:
            raise
        problem = visit.language.say("That is not an email address. An address looks like name@example.org.")
        return page(visit, "sign-in.html", 422, email=email, problem=problem, then=then)
    response = visit.go(f"/sign-in/{request_id}")
    visit.gateway.cookies.remember_asking(visit.request, response, Asking(request_id, then))
    return response


@router.api_route("/sign-in/{request_id}", methods=["GET", "HEAD"])
async def answer_page(request_id: str, visit: VisitOf, token: str = "") -> Response:
    """The link in the mail. Another browser than the one that asked needs the code."""
    asking = _asking(visit, request_id)
    return await _used(visit) if asking and asking.used else _answer_page(visit, request_id, token)


@router.post("/sign-in/{request_id}")
async def answer(request_id: str, visit: VisitOf) -> Response:
    """Sign in with what the mail says."""
    token, asking = visit.field("token"), _asking(visit, request_id)
    if asking and asking.used:
        return await _used(visit)
    if token and not asking:
        return _answer_page(visit, request_id, token)
    proof = Proof(request_id, token, visit.field("code"))
    try:
        secret = await handlers.sign_in(visit.gateway, proof, visit.client)
    except (handlers.SignInExpired, handlers.CodeNotSixDigits, Refused) as error:
        return _refused(visit, request_id, error)
    await visit.gateway.sessions.close(visit.secret)
    response = visit.go((asking.then if asking else "") or await _first_page(visit, secret))
    visit.sign_in(response, secret)
    visit.gateway.cookies.remember_asking(visit.request, response, Asking(request_id, used=True))
    return response


@router.post("/sign-out")
async def sign_out(visit: VisitOf) -> Response:
    """End the session here and in the browser."""
    await visit.gateway.sessions.close(visit.secret)
    response = visit.go("/")
    visit.gateway.cookies.write(response, "session", "")
    return response


def _asking(visit: Visit, request_id: str) -> Asking | None:
    """What this browser knows of the request, if it asked."""
    return visit.gateway.cookies.asked(visit.request).get(request_id)


async def _used(visit: Visit) -> Response:
    """The link or code was used in this browser: who is still signed in is let through."""
    if visit.session:
        return visit.go(await _first_page(visit, visit.secret))
    return page(visit, "sign-in-expired.html", 409, used=True, by_code=False)


def _answer_page(visit: Visit, request_id: str, token: str, problem: str = "") -> Response:
    way = "button" if token and _asking(visit, request_id) else "elsewhere" if token else "mail"
    return page(
        visit,
        "sign-in-answer.html",
        422 if problem else 200,
        request_id=request_id,
        token=token,
        way=way,
        problem=problem,
        code=visit.field("code")[:_SHOWN],
    )


def _refused(visit: Visit, request_id: str, error: DomainError) -> Response:
    """A mistyped code can be typed again; anything else begins anew."""
    failure = failure_of(error, visit.request.url.path)
    if failure.code in {"sign-in-code-wrong", "code-not-six-digits"}:
        return _answer_page(visit, request_id, "", failure.text(visit.language))
    if failure.code in {"sign-in-expired", "invalid-input", "not-found"}:
        by_code = bool(visit.field("code")) and not visit.field("token")
        return page(visit, "sign-in-expired.html", 409, used=False, by_code=by_code)
    raise error


async def _first_page(visit: Visit, secret: str) -> str:
    """Where somebody wants to be who just signed in: the one place they have, or the front page."""
    try:
        session = await visit.gateway.sessions.of(secret)
    except MatkaError:
        return "/"  # signed in all the same; what is away will be missed there
    staff, participant = session.caller.scopes(STAFF), session.caller.scopes(PARTICIPANTS)
    if staff and participant:
        return "/"
    return "/programs" if staff else "/mine" if participant else "/"
