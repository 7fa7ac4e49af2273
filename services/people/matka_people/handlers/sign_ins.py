"""Commands about signing in: ask, mint the secrets for the letter, redeem them, forget old requests."""

import asyncio
import secrets
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from matka_contracts.event import Event
from matka_kit.cause import Cause, derived_id
from matka_kit.errors import NotFound
from matka_kit.store import Query, Range
from matka_people.domain.person import Person
from matka_people.domain.sign_in import (
    MOST_CODE_ATTEMPTS,
    MOST_OPEN,
    NOBODY,
    Answer,
    SignIn,
    SignInAskedAgain,
    SignInCodeWrong,
    SignInExpired,
)
from matka_people.domain.values import same_mailbox
from matka_people.handlers.parts import People
from matka_people.store import SIGN_INS

_SEEN_AT_A_DESK = 100
_KEPT_FOR = timedelta(days=1)
_FORGET_EVERY_SECONDS = 3600
_A_MOMENT = timedelta(milliseconds=1)


async def ask(deps: People, email: str, cause: Cause) -> str:
    """The id of a request to sign in, which looks and costs the same whether the address is known or not.

    Beyond five open requests of one mailbox in ten minutes of machine time the id stands for nothing.
    """
    request_id = derived_id("sign-in", cause.command_id)
    person = await deps.at(email)
    desk = derived_id("desk", same_mailbox(email))
    while new := await _next_in_line(deps, request_id, desk, person):
        try:
            await deps.sign_ins.add(new, new.request(), cause)
        except SignInAskedAgain:
            continue  # another request of this mailbox was first: this one comes after it, or is one too many
        break
    return request_id


async def _next_in_line(deps: People, request_id: str, desk: str, person: Person | None) -> SignIn | None:
    """The request that follows the latest at this desk, or None where too many are open."""
    latest_first = Query({"desk": desk}, ("requested_at",), descending=True, limit=_SEEN_AT_A_DESK)
    earlier = (await deps.sign_ins.find(latest_first)).items
    now = deps.clock.machine()
    if len(earlier) == _SEEN_AT_A_DESK or sum(each.waits(now) for each in earlier) >= MOST_OPEN:
        return None
    latest = earlier[0] if earlier else None
    return SignIn(
        id=request_id,
        person_id=person.id if person else NOBODY,
        desk=desk,
        after=latest.id if latest else "nothing",
        requested_at=max(now, latest.requested_at + _A_MOMENT) if latest else now,
    )


async def mint(deps: People, request_id: str, cause: Cause) -> tuple[str, str, str]:
    """Token (256 bits), code (six digits) and person of a request; each call replaces the earlier secrets.

    Raises `NotFound` where there is no such request or person, `SignInExpired` for a used request.
    """
    token, code = secrets.token_urlsafe(32), f"{secrets.randbelow(1_000_000):06}"
    once = cause.child(token)  # even a repeated command must end in secrets that its caller gets to see
    now = deps.clock.machine()
    sign_in = await deps.sign_ins.update(request_id, lambda each: each.mint(token, code, now), once)
    person = await deps.persons.peek(sign_in.person_id)
    if person is None or person.erased:
        raise NotFound(kind=SIGN_INS.name)
    return token, code, person.id


async def redeem_token(deps: People, request_id: str, token: str, cause: Cause) -> Person:
    """Who signs in with the token of a mailed link, once. Raises `SignInExpired`."""
    now = deps.clock.machine()
    present = partial(SignIn.present_token, token=token, command=cause.command_id, now=now)
    sign_in = await _present(deps, request_id, present, cause)
    return await _signed_in(deps, sign_in, sign_in.answer_to(cause.command_id, now, by_code=False))


async def redeem_code(deps: People, request_id: str, code: str, cause: Cause) -> Person:
    """Who signs in with the mailed code, once.

    Raises `SignInCodeWrong` while attempts are left, else `SignInExpired`.
    """
    now = deps.clock.machine()
    present = partial(SignIn.present_code, code=code, command=cause.command_id, now=now)
    sign_in = await _present(deps, request_id, present, cause)
    answer = sign_in.answer_to(cause.command_id, now, by_code=True)
    if answer is Answer.WRONG_CODE:
        raise SignInCodeWrong(left=MOST_CODE_ATTEMPTS - sign_in.attempts)
    return await _signed_in(deps, sign_in, answer)


async def forget_old_requests(deps: People) -> int:
    """Delete what was asked more than a day ago; how many there were."""
    before = deps.clock.machine() - _KEPT_FOR
    return await deps.store.delete_where(SIGN_INS, {"requested_at": Range(lt=before)})


async def keep_forgetting(deps: People) -> None:
    """Delete old requests every hour, until cancelled."""
    while True:
        await forget_old_requests(deps)
        await asyncio.sleep(_FORGET_EVERY_SECONDS)


async def _present(
    deps: People, request_id: str, present: "partial[Sequence[Event]]", cause: Cause
) -> SignIn:
    """Show a secret to a request in one guarded write. Raises `SignInExpired` for an unknown request."""
    try:
        return await deps.sign_ins.update(request_id, present, cause)
    except NotFound as error:
        raise SignInExpired from error


async def _signed_in(deps: People, sign_in: SignIn, answer: Answer) -> Person:
    person = await deps.persons.peek(sign_in.person_id)
    if answer is not Answer.SIGNED_IN or person is None or person.erased:
        raise SignInExpired
    return person
