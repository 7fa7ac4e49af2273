"""What codes of other services are called on pages: English here, translated by the catalogues."""

from collections.abc import Mapping

# In the order in which they are listed: as people go through them.
TERMS: Mapping[str, Mapping[str, str]] = {
    "model": {
        "pair-mentoring": "Pair mentoring",
        "womento": "Womento",
        "career-mentoring": "Career mentoring",
    },
    "program": {"open": "Open for applications", "started": "Under way", "closed": "Closed"},
    "application": {
        "received": "Waiting for a decision",
        "waiting": "On the waiting list",
        "admitted": "Admitted",
        "declined": "Declined",
        "referred": "Referred on",
    },
    "door": {
        "training": "Ready: mentor training",
        "self-study": "Ready: self-study and a talk with staff",
        "waived": "Ready: self-study, talk waived",
        "not-ready": "Not ready yet",
    },
    "pair": {
        "proposed": "Proposed",
        "formed": "Active",
        "declined": "Declined the proposal",
        "completed": "Completed with the program",
        "ended": "Ended",
    },
    "gathering": {
        "mentor-training": "Mentor training",
        "coaching-training": "Coaching training",
        "start": "Start meeting",
        "theme": "Theme training",
        "gathering": "Gathering",
        "special": "Special event",
        "peer-circle": "Peer circle",
        "closing": "Closing event",
    },
    "gathering-status": {"scheduled": "Planned", "held": "Held"},
    "form": {"in-person": "Face to face", "video": "By video", "phone": "By phone"},
    "certificate": {
        "issued": "Issued",
        "released": "Released to the holder",
        "revoked": "Revoked",
    },
}


def in_order(kind: str, numbers: Mapping[str, int]) -> dict[str, int]:
    """What there is of each code, in the order of its kind's terms; a code without a term comes last."""
    order = {code: place for place, code in enumerate(TERMS[kind])}
    codes = sorted(
        (code for code, number in numbers.items() if number), key=lambda each: (order.get(each, 99), each)
    )
    return {code: numbers[code] for code in codes}
