"""Matching's reasons and doubts in words: a text per code, and how its parameters are written."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from matka_gateway.languages import Language
from matka_gateway.matching_readings import Remark
from matka_gateway.occupations import OCCUPATIONS
from matka_gateway.staff_terms import STAFF_TERMS
from matka_gateway.terms import TERMS

# About two people.
BETWEEN: Mapping[str, str] = {
    "common-language": "They share {language} at level {level}.",
    "language-just-enough": "{language} is only just at the level needed ({level}).",
    "no-common-language": "They have no language in common (level {needed} is needed).",
    "language-too-weak": "Their best common language is {language} at level {level}; {needed} is needed.",
    "same-field": "They work in the same field: {field}.",
    "near-field": "Their fields are near each other: {field}.",
    "different-field": "Their fields differ. Mentor: {mentor}. Mentee: {mentee}.",
    "field-too-far": "Their fields are too far apart. Mentor: {mentor}. Mentee: {mentee}.",
    "needs-met": "The mentor offers what the mentee needs: {needs}.",
    "needs-not-met": "The mentor does not offer what the mentee also needs: {needs}.",
    "shared-forms": "Both like to meet in the same way: {forms}.",
    "no-shared-form": "They like to meet in different ways.",
    "same-municipality": "Both live in the same place: {municipality}.",
    "different-municipality": "They live in different places. Mentor: {mentor}. Mentee: {mentee}.",
    "shared-availability": "Both have time: {times}.",
    "no-shared-availability": "They have time at different times.",
    "unknown-field": "The professional field is not known: {who}.",
    "unknown-needs": "Needs or offers are not known: {who}.",
    "unknown-forms": "The wished way of meeting is not known: {who}.",
    "unknown-municipality": "The place is not known: {who}.",
    "unknown-availability": "The times are not known: {who}.",
    "shared-mentor": "The mentor would have several mentees: {mentees}.",
    "not-ready": "Not ready yet: {role}.",
    "mentor-full": "All places of the mentor are taken: {capacity}.",
    "mentee-already-paired": "The mentee has a pair or a proposal already.",
    "vetoed": "These two must not be a pair: staff said so, or they have been asked before.",
}
# About one person who stays alone.
ALONE: Mapping[str, str] = {
    "not-ready": "Has not passed either door to readiness yet.",
    "no-capacity": "Has a pair or a proposal already.",
    "nobody-free": "Nobody is free on the other side.",
    "no-common-language": "Nobody who is free speaks a common language well enough.",
    "field-too-far": "Nobody who is free is near enough in the professional field.",
    "all-vetoed": "Whoever would be possible is ruled out by staff, or was asked before.",
    "all-taken": "All who would have been possible fit others better. Possible partners: {possible}.",
}
OTHER = "Another reason: {code}."
_TERMS: Mapping[str, Mapping[str, str]] = {
    "needs": STAFF_TERMS["topic"],
    "forms": TERMS["form"],
    "times": STAFF_TERMS["availability"],
    "who": STAFF_TERMS["role"],
    "role": STAFF_TERMS["role"],
}


def say_remark(language: Language, remark: Remark, texts: Mapping[str, str] = BETWEEN) -> str:
    """A remark as a sentence."""
    if remark.code not in texts:
        return language.say(OTHER, code=remark.code)
    shown = _FIELDS if remark.code.endswith("-field") or remark.code == "field-too-far" else {}
    places = {name: _shown(language, name, value, shown) for name, value in remark.params.items()}
    if shown and "mentor" in places and places["mentor"] == places.get("mentee"):
        places |= {name: f"{places[name]} ({_plain(remark.params[name])})" for name in ("mentor", "mentee")}
    text = language.say(texts[remark.code], **places)
    return text[:1].upper() + text[1:]


def field_name(language: Language, code: str) -> str:
    """A professional field by its ISCO-08 code: the group that it belongs to, or the code if it has none."""
    group = OCCUPATIONS.get(code[:2]) or OCCUPATIONS.get(code[:1])
    return language.say(group) if group else code


def field_names(language: Language, codes: Iterable[str]) -> str:
    """Several fields, each group once."""
    return ", ".join(dict.fromkeys(field_name(language, code) for code in codes))


def _plain(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def language_name(language: Language, code: str) -> str:
    """What a language is called in the reader's."""
    return str(language.locale.languages.get(code, code))


Write = Callable[[Language, str], str]
_FIELDS: Mapping[str, Write] = {"field": field_name, "mentor": field_name, "mentee": field_name}


def _shown(language: Language, name: str, value: Any, written: Mapping[str, Write]) -> str:
    """A parameter in words; several are a list."""
    if isinstance(value, list | tuple):
        return ", ".join(dict.fromkeys(_shown(language, name, each, written) for each in value))
    if isinstance(value, int):
        return language.number(value)
    text = str(value)
    if name in written:
        return written[name](language, text)
    if name == "language":
        return language_name(language, text)
    if name in _TERMS:
        return language.say(_TERMS[name].get(text, text))
    return text if text.isascii() else f"\u2068{text}\u2069"  # a place's name of either direction
