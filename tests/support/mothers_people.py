"""Mothers of persons and sign-in requests, with whatever a test wants otherwise."""

from datetime import UTC, datetime
from typing import Any

from matka_people.domain.person import Person, PersonFacts, RoleGrant
from matka_people.domain.sign_in import SignIn

NOON = datetime(2027, 1, 18, 10, 0, tzinfo=UTC)


def a_person(*grants: tuple[str, str], **otherwise: Any) -> Person:
    """Amal, who reads Finnish, with these roles."""
    facts = {
        "id": "amal",
        "name": "Amal Haddad",
        "email": "amal@example.org",
        "language": "fi",
        "registered_at": NOON,
        "grants": tuple(RoleGrant.model_validate({"role": role, "scope": scope}) for role, scope in grants),
    }
    return Person.model_validate(facts | otherwise)


def the_facts_of(name: str = "Amal Haddad", email: str = "amal@example.org", **otherwise: Any) -> PersonFacts:
    """What somebody stated about this person."""
    return PersonFacts.model_validate({"name": name, "email": email} | otherwise)


def a_sign_in(**otherwise: Any) -> SignIn:
    """A request of Amal's, at noon, not yet minted."""
    facts = {"id": "request", "person_id": "amal", "desk": "desk", "after": "nothing", "requested_at": NOON}
    return SignIn.model_validate(facts | otherwise)


def a_minted_sign_in(**otherwise: Any) -> SignIn:
    """A request whose letter was written at noon with `token` and 123456."""
    sign_in = a_sign_in(**otherwise)
    sign_in.mint("token", "123456", NOON)
    return sign_in
