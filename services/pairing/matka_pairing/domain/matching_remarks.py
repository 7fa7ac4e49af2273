"""Why a pair fits and what speaks against it, as codes with parameters that pages translate."""

from itertools import takewhile

from pydantic import Field

from matka_pairing.domain.matching_inputs import (
    LEVELS,
    REMOTE_FORMS,
    Candidate,
    Cefr,
    Frozen,
    MatchingInputs,
    MatchingRules,
)

Remarks = list["Remark"]


class Remark(Frozen):
    """A stable code with the parameters of its text, in no language."""

    code: str
    params: dict[str, str | int | list[str]] = Field(default_factory=dict)


def remark(code: str, **params: str | int | list[str]) -> Remark:
    """A remark with its parameters as keywords."""
    return Remark(code=code, params=params)


def common_language(mentor: Candidate, mentee: Candidate) -> tuple[str, Cefr] | None:
    """The language in which the weaker of the two is strongest (equal ones by code), or None."""
    shared = sorted(
        (-min(LEVELS.index(level), LEVELS.index(mentee.languages[code])), code)
        for code, level in mentor.languages.items()
        if code in mentee.languages
    )
    return (shared[0][1], LEVELS[-shared[0][0]]) if shared else None


def nearest_field(mentor: Candidate, mentee: Candidate) -> str:
    """The longest ISCO-08 prefix that the two share, empty if none."""
    prefixes = {_common_prefix(one, other) for one in mentor.field for other in mentee.field}
    return max(sorted(prefixes), key=len, default="")


def _common_prefix(one: str, other: str) -> str:
    same = takewhile(lambda digits: digits[0] == digits[1], zip(one, other, strict=False))
    return "".join(digit for digit, _ in same)


def broken_rules(inputs: MatchingInputs, mentor: Candidate, mentee: Candidate) -> Remarks:
    """The hard constraints that this pair breaks; empty when the pair is possible."""
    broken = [remark("not-ready", role=c.role) for c in (mentor, mentee) if not c.ready]
    if inputs.seats_left(mentor) == 0:
        broken.append(remark("mentor-full", capacity=mentor.capacity))
    if inputs.seats_left(mentee) == 0:
        broken.append(remark("mentee-already-paired"))
    if (mentor.person_id, mentee.person_id) in inputs.vetoes:
        broken.append(remark("vetoed"))
    return (
        broken
        + _too_weak_language(inputs.rules, mentor, mentee)
        + _too_far_field(inputs.rules, mentor, mentee)
    )


def _too_weak_language(rules: MatchingRules, mentor: Candidate, mentee: Candidate) -> Remarks:
    best = common_language(mentor, mentee)
    if best is None:
        return [remark("no-common-language", needed=rules.common_language_level)]
    language, level = best
    if LEVELS.index(level) >= LEVELS.index(rules.common_language_level):
        return []
    return [remark("language-too-weak", language=language, level=level, needed=rules.common_language_level)]


def _too_far_field(rules: MatchingRules, mentor: Candidate, mentee: Candidate) -> Remarks:
    if not rules.field_is_hard or len(nearest_field(mentor, mentee)) >= rules.field_digits:
        return []
    return [remark("field-too-far", mentor=list(mentor.field), mentee=list(mentee.field))]


def reasons_and_doubts(rules: MatchingRules, mentor: Candidate, mentee: Candidate) -> tuple[Remarks, Remarks]:
    """What speaks for a possible pair and what staff should think about, wish by wish."""
    reasons, doubts = _language_remarks(rules, mentor, mentee)
    for wish in (_field_remarks, _needs_remarks, _form_remarks, _place_remarks, _availability_remarks):
        more_reasons, more_doubts = wish(mentor, mentee)
        reasons += more_reasons
        doubts += more_doubts
    return reasons, doubts


def _unknown(what: str, mentor: object, mentee: object) -> Remarks:
    who = [role for role, value in (("mentor", mentor), ("mentee", mentee)) if not value]
    return [remark(f"unknown-{what}", who=who)] if who else []


def _language_remarks(rules: MatchingRules, mentor: Candidate, mentee: Candidate) -> tuple[Remarks, Remarks]:
    best = common_language(mentor, mentee)
    if best is None:
        return [], []
    language, level = best
    just = [remark("language-just-enough", language=language, level=level)]
    reason = [remark("common-language", language=language, level=level)]
    return reason, just if level == rules.common_language_level != "C2" else []


def _field_remarks(mentor: Candidate, mentee: Candidate) -> tuple[Remarks, Remarks]:
    unknown = _unknown("field", mentor.field, mentee.field)
    if unknown:
        return [], unknown
    prefix = nearest_field(mentor, mentee)
    if not prefix:
        return [], [remark("different-field", mentor=list(mentor.field), mentee=list(mentee.field))]
    code = "same-field" if len(prefix) == 4 else "near-field"
    return [remark(code, field=prefix, digits=len(prefix))], []


def _needs_remarks(mentor: Candidate, mentee: Candidate) -> tuple[Remarks, Remarks]:
    unknown = _unknown("needs", mentor.offers, mentee.needs)
    if unknown:
        return [], unknown
    met, unmet = sorted(mentee.needs & mentor.offers), sorted(mentee.needs - mentor.offers)
    return (
        [remark("needs-met", needs=met)] if met else [],
        [remark("needs-not-met", needs=unmet)] if unmet else [],
    )


def _form_remarks(mentor: Candidate, mentee: Candidate) -> tuple[Remarks, Remarks]:
    unknown = _unknown("forms", mentor.forms, mentee.forms)
    shared = sorted(mentor.forms & mentee.forms)
    if unknown:
        return [], unknown
    return ([remark("shared-forms", forms=shared)], []) if shared else ([], [remark("no-shared-form")])


def _place_remarks(mentor: Candidate, mentee: Candidate) -> tuple[Remarks, Remarks]:
    unknown = _unknown("municipality", mentor.municipality, mentee.municipality)
    if unknown:
        return [], unknown
    if mentor.municipality == mentee.municipality:
        return [remark("same-municipality", municipality=mentor.municipality)], []
    if mentor.forms & mentee.forms & REMOTE_FORMS:
        return [], []
    return [], [remark("different-municipality", mentor=mentor.municipality, mentee=mentee.municipality)]


def _availability_remarks(mentor: Candidate, mentee: Candidate) -> tuple[Remarks, Remarks]:
    unknown = _unknown("availability", mentor.availability, mentee.availability)
    shared = sorted(mentor.availability & mentee.availability)
    if unknown:
        return [], unknown
    return (
        ([remark("shared-availability", times=shared)], [])
        if shared
        else ([], [remark("no-shared-availability")])
    )
