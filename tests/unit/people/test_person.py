"""A person's facts and roles: events or the broken rule."""

import pytest

from matka_contracts.people import PersonChanged, PersonErased, PersonRegistered, RoleGranted, RoleRevoked
from matka_contracts.terms import Role
from matka_people.domain.person import (
    MOST_ROLES,
    Person,
    PersonalChanges,
    PersonGone,
    ScopeDoesNotFitRole,
    TooManyRoles,
)
from tests.support.mothers_people import a_person


def test_a_new_person_is_registered() -> None:
    assert a_person().register() == [PersonRegistered(person_id="amal")]


def test_what_changes_is_named_and_nothing_else() -> None:
    person = a_person()
    changes = PersonalChanges(name="Amal Virtanen", email="amal@example.org", reminders=False)
    assert person.change(changes) == [PersonChanged(person_id="amal", changed=("name", "reminders"))]
    assert (person.name, person.reminders) == ("Amal Virtanen", False)


def test_the_same_facts_again_are_no_news() -> None:
    assert a_person().change(PersonalChanges(name="Amal Haddad")) == []


def test_a_phone_number_can_be_taken_away() -> None:
    person = a_person(phone="+358 40 123")
    assert person.change(PersonalChanges(phone="")) == [PersonChanged(person_id="amal", changed=("phone",))]


def test_a_role_is_granted_once() -> None:
    person = a_person()
    granted = RoleGranted(person_id="amal", role=Role.MENTEE, scope="spring")
    assert person.grant(Role.MENTEE, "spring") == [granted]
    assert person.grant(Role.MENTEE, "spring") == []


@pytest.mark.parametrize(("role", "scope"), [(Role.ADMINISTRATOR, "spring"), (Role.COORDINATOR, "*")])
def test_only_administrators_are_everywhere(role: Role, scope: str) -> None:
    with pytest.raises(ScopeDoesNotFitRole):
        a_person().grant(role, scope)


def test_roles_do_not_grow_without_end() -> None:
    person = a_person(*[("mentee", f"program-{number}") for number in range(MOST_ROLES)])
    with pytest.raises(TooManyRoles):
        person.grant(Role.MENTEE, "one-more")


def test_a_role_is_revoked_once() -> None:
    person = a_person(("mentee", "spring"), ("mentor", "autumn"))
    revoked = RoleRevoked(person_id="amal", role=Role.MENTEE, scope="spring")
    assert person.revoke(Role.MENTEE, "spring") == [revoked]
    assert person.revoke(Role.MENTEE, "spring") == []
    assert [grant.scope for grant in person.grants] == ["autumn"]


def test_an_erased_person_is_an_id_and_nothing_more() -> None:
    person = a_person(("mentee", "spring"), phone="+358 40 123")
    assert person.erase() == [PersonErased(person_id="amal")]
    assert (person.name, person.email, person.phone, person.grants) == ("", "", "", ())
    assert person.email_slot == "erased:amal"
    assert person.erase() == []


def test_an_erased_person_refuses_everything() -> None:
    person = a_person()
    person.erase()
    with pytest.raises(PersonGone):
        person.change(PersonalChanges(name="Amal"))
    with pytest.raises(PersonGone):
        person.grant(Role.MENTEE, "spring")
    with pytest.raises(PersonGone):
        person.revoke(Role.MENTEE, "spring")


def test_one_mailbox_is_one_slot_however_it_is_spelt() -> None:
    assert a_person(email="Amal@example.org").email_slot == a_person(email="amal@example.org").email_slot


NAME, EMAIL = PersonalChanges(name="Other"), PersonalChanges(email="other@example.org")
MENTEE, MENTOR_TOO, HELPER = ("mentee", "spring"), ("mentor", "autumn"), ("helper", "spring")


@pytest.mark.parametrize(
    ("person", "changes", "scopes", "allowed"),
    [
        (a_person(MENTEE), NAME, {"spring"}, True),
        (a_person(MENTEE), EMAIL, {"spring"}, True),
        (a_person(MENTEE), NAME, {"autumn"}, False),
        (a_person(MENTEE, MENTOR_TOO), NAME, {"spring"}, True),
        (a_person(MENTEE, MENTOR_TOO), EMAIL, {"spring"}, False),
        (a_person(MENTEE, MENTOR_TOO), EMAIL, {"spring", "autumn"}, True),
        (a_person(MENTEE, HELPER), NAME, {"spring"}, False),
        (a_person(), NAME, {"spring"}, False),
        (a_person(MENTEE, erased=True), NAME, {"spring"}, False),
    ],
)
def test_staff_edit_their_own_participants_only(
    person: Person, changes: PersonalChanges, scopes: set[str], *, allowed: bool
) -> None:
    assert person.may_be_edited_from(scopes, changes) is allowed
