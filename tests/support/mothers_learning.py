"""Mothers of pairs, goals, exercises and introductions, with whatever a test wants otherwise."""

from datetime import UTC, datetime
from typing import Any

from matka_learning.domain.goal import Goal
from matka_learning.domain.introduction import Introduction
from matka_learning.domain.known import KnownPair

MARCH = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
_PEOPLE = {"program_id": "spring", "mentor_id": "maija", "mentee_id": "amal"}


def an_active_pair(**otherwise: Any) -> KnownPair:
    """Maija and Amal."""
    return KnownPair.model_validate({"id": "pair", **_PEOPLE, "status": "active"} | otherwise)


def a_goal(**otherwise: Any) -> Goal:
    """What Amal wants to reach."""
    facts = {
        "id": "goal",
        "program_id": "spring",
        "person_id": "amal",
        "kind": "cv",
        "text": "Ansioluettelo suomeksi",
        "set_at": MARCH,
    }
    return Goal.model_validate(facts | otherwise)


def an_introduction(**otherwise: Any) -> Introduction:
    """That Maija introduced Amal to somebody in a company."""
    facts = {
        "id": "introduction",
        "pair_id": "pair",
        **_PEOPLE,
        "kind": "conversation",
        "organisation_kind": "company",
        "made_at": MARCH,
    }
    return Introduction.model_validate(facts | otherwise)
