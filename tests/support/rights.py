"""Who may ask what of which service: every route once, in an order in which all of them can be tried.

`RIGHTS` says who is let in, `TOLD` who hears that they may not (403). To everybody else what is asked about
is not there: they get the very answer that they would get for an id that was never given.
"""

from collections.abc import Mapping
from typing import Any

READS = frozenset({"reader", "helper", "coordinator", "administrator"})
ACTS = READS - {"reader"}
DECIDES = ACTS - {"helper"}
ROOT = frozenset({"administrator"})
MENTOR, MENTEE = frozenset({"mentor"}), frozenset({"mentee"})
TWO = MENTOR | MENTEE
TAKE_PART = TWO | {"other mentor", "other mentee"}
GATEWAY, LETTERS, PAIRING, CLI = (
    frozenset({each}) for each in ("gateway", "notifications", "pairing", "cli")
)
ELSEWHERE = frozenset({"coordinator elsewhere", "mentee elsewhere", "without a role"})
SERVICES = GATEWAY | LETTERS | PAIRING | CLI | {"people", "scheduling", "learning", "certificates"}
PEOPLE = READS | TAKE_PART | ELSEWHERE
EVERYBODY = PEOPLE | SERVICES  # what they get is their own alone

RIGHTS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "people": {
        "GET /me": PEOPLE,
        "POST /persons": ACTS | {"coordinator elsewhere"},
        "POST /persons/batch": PAIRING,
        "POST /persons/names": GATEWAY,
        "POST /persons/lookup": READS | SERVICES | {"coordinator elsewhere"},
        "GET /persons/{person_id}": READS | MENTEE,
        "PATCH /persons/{person_id}": ACTS | MENTEE,
        "GET /persons/{person_id}/grants": GATEWAY,
        "POST /persons/{person_id}/roles": DECIDES,
        "DELETE /persons/{person_id}/roles/{role}/{scope}": DECIDES,
        "POST /administrators": CLI,
        "POST /sign-ins": GATEWAY,
        "POST /sign-ins/{request_id}/mint": LETTERS,
        "POST /sign-ins/{request_id}/redeem": GATEWAY,
        "POST /stop-links": LETTERS,
        "GET /stop-links/{token}": GATEWAY,
        "POST /stop-links/{token}": GATEWAY,
        "POST /persons/{person_id}/erase": ROOT,
    },
    "pairing": {
        "POST /programs": ROOT,
        "GET /programs": EVERYBODY,
        "GET /programs/{program_id}": READS | TAKE_PART,
        "GET /programs/{program_id}/counts": READS,
        "GET /programs/{program_id}/free": READS,
        "POST /programs/{program_id}/imports": ACTS,
        "POST /programs/{program_id}/imports/check": ACTS,
        "GET /jobs/{job_id}": READS,
        "POST /jobs/{job_id}/cancel": ACTS,
        "GET /readiness": EVERYBODY,
        "GET /programs/{program_id}/readiness": READS,
        "POST /programs/{program_id}/mentors/{person_id}/contact": ACTS,
        "POST /programs/{program_id}/mentors/{person_id}/waive": DECIDES,
        "GET /open-programs": GATEWAY,
        "POST /applications": GATEWAY,
        "GET /applications": EVERYBODY,
        "GET /applications/{application_id}": READS,
        "GET /programs/{program_id}/board": READS,
        "GET /programs/{program_id}/applications": READS,
        "GET /programs/{program_id}/applications/in-short": READS,
        "POST /applications/{application_id}/wait": ACTS,
        "POST /applications/{application_id}/decline": ACTS,
        "POST /applications/{application_id}/refer": ACTS,
        "POST /applications/{application_id}/admit": ACTS,
        "POST /programs/{program_id}/proposals": ACTS,
        "GET /programs/{program_id}/proposals": READS,
        "GET /proposals/{draft_id}": READS,
        "GET /proposals/{draft_id}/why-not": READS,
        "POST /proposals/{draft_id}/publish": DECIDES,
        "GET /programs/{program_id}/pairs": READS,
        "GET /programs/{program_id}/pairs/in-short": READS,
        "GET /pairs": EVERYBODY,
        "GET /pairs/{pair_id}": READS | TWO,
        "POST /pairs/{pair_id}/accept": TWO,
        "POST /pairs/{pair_id}/decline": TWO,
        "POST /pairs/{pair_id}/agreement": TWO,
        "POST /pairs/{pair_id}/cases": ACTS | TWO,
        "POST /programs/{program_id}/cases": ACTS | TAKE_PART,
        "GET /programs/{program_id}/cases": READS,
        "GET /programs/{program_id}/staff": READS,
        "GET /cases": EVERYBODY,
        "GET /cases/{case_id}": READS | MENTEE,
        "POST /cases/{case_id}/hand-over": ACTS,
        "POST /cases/{case_id}/cover": ACTS,
        "POST /cases/{case_id}/resolve": ACTS,
        "POST /pairs/{pair_id}/end": ACTS,
        "POST /programs/{program_id}/start": DECIDES,
        "POST /programs/{program_id}/close": DECIDES,
    },
    "scheduling": {
        "POST /programs/{program_id}/gatherings": ACTS,
        "GET /programs/{program_id}/gatherings": READS | TAKE_PART,
        "GET /gatherings/{id}": READS,
        "POST /gatherings/{id}/sign-up": TAKE_PART,
        "POST /gatherings/{id}/sign-off": TAKE_PART,
        "POST /gatherings/{id}/attendance": ACTS,
        "POST /gatherings/{id}/held": ACTS,
        "POST /pairs/{pair_id}/meetings": TWO,
        "GET /pairs/{pair_id}/meetings": READS | TWO,
        "GET /me/meetings": EVERYBODY,
        "POST /meetings/{id}/move": TWO,
        "POST /meetings/{id}/missed": TWO,
        "POST /meetings/{id}/hold": TWO,
        "POST /meetings/{id}/cancel": TWO,
        "POST /meetings/{id}/log-link": LETTERS,
        "GET /log-links/{token}": GATEWAY,
        "POST /log-links/{token}": GATEWAY,
        "GET /programs/{program_id}/rhythm": READS,
        "GET /pairs/{pair_id}/rhythm": READS,
        "GET /programs/{program_id}/participation": READS,
        "POST /programs/{program_id}/seal": DECIDES,
        "GET /jobs/{id}": READS,
    },
    "learning": {
        "GET /library": EVERYBODY,
        "POST /programs/{program_id}/courses/{course}/complete": MENTOR | {"other mentor"},
        "GET /programs/{program_id}/courses": MENTOR | {"other mentor"},
        "POST /programs/{program_id}/goals": MENTEE | {"other mentee"},
        "GET /programs/{program_id}/goals": TAKE_PART,
        "POST /goals/{id}/reach": MENTEE,
        "POST /pairs/{pair_id}/exercises": ACTS | MENTOR,
        "GET /pairs/{pair_id}/exercises": READS | TWO,
        "POST /exercises/{id}/done": MENTEE,
        "POST /pairs/{pair_id}/introductions": MENTOR,
        "GET /pairs/{pair_id}/introductions": READS | TWO,
        "GET /programs/{program_id}/counts": READS,
    },
    "certificates": {
        "GET /programs/{program_id}/certificates": READS,
        "GET /me/certificates": EVERYBODY,
        "GET /certificates/{certificate_id}/file": READS | LETTERS,  # its holder too, once it is released
        "GET /register/{number}": GATEWAY,
        "POST /register/check": GATEWAY,
        "POST /certificates/{certificate_id}/revoke": DECIDES,
    },
    "notifications": {},
}

_READER, _LESS = frozenset({"reader"}), frozenset({"reader", "helper"})
_ONES_OWN_TO_TELL = READS | MENTEE  # they see the pair; only its mentor opens networks
TOLD: Mapping[str, frozenset[str]] = {
    "people PATCH /persons/{person_id}": _READER,
    "pairing POST /programs/{program_id}/imports": _READER,
    "pairing POST /programs/{program_id}/imports/check": _READER,
    "pairing POST /jobs/{job_id}/cancel": _READER,
    "pairing POST /programs/{program_id}/mentors/{person_id}/contact": _READER,
    "pairing POST /programs/{program_id}/mentors/{person_id}/waive": _LESS,
    "pairing POST /applications/{application_id}/wait": _READER,
    "pairing POST /applications/{application_id}/decline": _READER,
    "pairing POST /applications/{application_id}/refer": _READER,
    "pairing POST /applications/{application_id}/admit": _READER,
    "pairing POST /programs/{program_id}/proposals": _READER,
    "pairing POST /proposals/{draft_id}/publish": _LESS,
    "pairing POST /pairs/{pair_id}/cases": _READER,
    "pairing POST /programs/{program_id}/cases": _READER,
    "pairing POST /cases/{case_id}/hand-over": _READER,
    "pairing POST /cases/{case_id}/cover": _READER,
    "pairing POST /cases/{case_id}/resolve": _READER,
    "pairing POST /pairs/{pair_id}/end": _READER,
    "pairing POST /programs/{program_id}/start": _LESS,
    "pairing POST /programs/{program_id}/close": _LESS,
    "scheduling GET /gatherings/{id}": TAKE_PART,
    "scheduling POST /gatherings/{id}/sign-up": READS,
    "scheduling POST /gatherings/{id}/sign-off": READS,
    "scheduling POST /gatherings/{id}/attendance": TAKE_PART | _READER,
    "scheduling POST /gatherings/{id}/held": TAKE_PART | _READER,
    "learning POST /pairs/{pair_id}/exercises": MENTEE | _READER,
    "learning POST /pairs/{pair_id}/introductions": _ONES_OWN_TO_TELL,
    "certificates POST /certificates/{certificate_id}/revoke": _LESS,
}

# The gateway's own API, which anybody may come to: who asks, with whom there is something to ask.
GATEWAYS_OWN: Mapping[str, str] = {
    "POST /api/sign-in": "nobody",
    "POST /api/sign-in/redeem": "nobody",
    "GET /api/me": "mentee",
    "GET /api/open-programs": "nobody",
    "POST /api/applications": "nobody",
    "GET /api/register/{number}": "nobody",
    "POST /api/register/check": "nobody",
    "POST /api/sign-out": "without a role",
}

_PLAN = {"at": "2027-03-03T17:00", "minutes": 60, "form": "video"}
_PERSON = {"name": "Liisa", "email": "liisa@example.org"}
BODIES: Mapping[str, Any] = {
    "people POST /persons": _PERSON,
    "people POST /persons/batch": {"persons": [_PERSON]},
    "people POST /persons/names": {"ids": ["{mentee}"]},
    "people POST /persons/lookup": {"ids": ["{mentee}"]},
    "people PATCH /persons/{person_id}": {"phone": "+358 40 1"},
    "people POST /persons/{person_id}/roles": {"role": "reader", "scope": "{program}"},
    "people POST /administrators": _PERSON,
    "people POST /sign-ins": {"email": "amal@example.org"},
    "people POST /sign-ins/{request_id}/redeem": {"code": "000000"},
    "people POST /stop-links": {"person_ids": ["{mentee}"]},
    "pairing POST /programs": {
        "model": "womento",
        "title": {"fi": "Syksy"},
        "languages": ["fi"],
        "starts_on": "2027-09-01",
        "ends_on": "2028-03-01",
    },
    "pairing POST /programs/{program_id}/imports": {"csv": "role,name,email\nmentee,Liisa,liisa@example.org"},
    "pairing POST /programs/{program_id}/imports/check": {"csv": "role,name,email"},
    "pairing POST /programs/{program_id}/mentors/{person_id}/contact": {"reason": "A talk"},
    "pairing POST /programs/{program_id}/mentors/{person_id}/waive": {"reason": "Known for years"},
    "pairing POST /applications": _PERSON
    | {"program_id": "{program}", "role": "mentee", "eligible": True, "consent": True},
    "pairing POST /applications/{application_id}/wait": {"reason": "program-full"},
    "pairing POST /applications/{application_id}/decline": {"reason": "program-full"},
    "pairing POST /applications/{application_id}/refer": {"reason": "program-full"},
    "pairing POST /programs/{program_id}/proposals": {},
    "pairing POST /pairs/{pair_id}/agreement": {
        "form": "video",
        "language": "fi",
        "pace": {"least": 2, "most": 3},
    },
    "pairing POST /pairs/{pair_id}/cases": {"kind": "question", "text": "Who?"},
    "pairing POST /programs/{program_id}/cases": {"kind": "question", "text": "Who?"},
    "pairing POST /cases/{case_id}/hand-over": {"owner_id": "{staff}"},
    "pairing POST /cases/{case_id}/cover": {"cover_id": ""},
    "pairing POST /cases/{case_id}/resolve": {"outcome": "answered"},
    "pairing POST /pairs/{pair_id}/end": {"reason": "by-agreement"},
    "scheduling POST /programs/{program_id}/gatherings": {
        "kind": "theme",
        "title": {"fi": "Ilta"},
        "at": "2027-03-01T17:00",
        "hours": 2.0,
        "seats": 30,
    },
    "scheduling POST /gatherings/{id}/attendance": {"records": [{"person_id": "{mentee}", "attended": True}]},
    "scheduling POST /pairs/{pair_id}/meetings": _PLAN,
    "scheduling POST /meetings/{id}/move": _PLAN,
    "scheduling POST /meetings/{id}/log-link": {"person_id": "{mentee}"},
    "scheduling POST /log-links/{token}": {"held": True},
    "learning POST /programs/{program_id}/goals": {"kind": "cv", "text": "A CV"},
    "learning POST /pairs/{pair_id}/exercises": {"exercise": "{exercise}"},
    "learning POST /pairs/{pair_id}/introductions": {"kind": "event"},
    "certificates POST /certificates/{certificate_id}/revoke": {"reason": "issued-in-error"},
    "certificates POST /register/check": {"sha256": "{sha256}"},
    "gateway POST /api/sign-in": {"email": "amal@example.org"},
    "gateway POST /api/sign-in/redeem": {"request_id": "{request}", "code": "000000"},
    "gateway POST /api/applications": _PERSON
    | {
        "program_id": "{program}",
        "role": "mentee",
        "profile": {"languages": {"fi": "B2"}, "goals": "Work"},
        "eligible": True,
        "consent": True,
    },
    "gateway POST /api/register/check": {"sha256": "{sha256}"},
}
