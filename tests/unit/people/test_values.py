"""Names of any script, addresses that a mail server takes, and nothing that hides in either."""

import pytest
from pydantic import TypeAdapter, ValidationError

from matka_people.domain.values import EmailAddress, LanguageTag, PersonName, Phone, Scope

NAME: TypeAdapter[str] = TypeAdapter(PersonName)
EMAIL: TypeAdapter[str] = TypeAdapter(EmailAddress)
PHONE: TypeAdapter[str] = TypeAdapter(Phone)
LANGUAGE: TypeAdapter[str] = TypeAdapter(LanguageTag)
SCOPE: TypeAdapter[str] = TypeAdapter(Scope)


@pytest.mark.parametrize(
    "name",
    [
        "Nguyễn Thị Hồng Nhung",
        "أمل حدّاد",
        "Олена Шевченко",
        "ሰላም ተስፋይ",
        "王小明",
        "علی‌رضا رضایی",
        "O'Brien-van der Meer",
        "Suharto",
        "x" * 300,
    ],
)
def test_names_of_every_script_stay_as_they_are(name: str) -> None:
    assert NAME.validate_python(name) == name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("  Amal \t Haddad\n", "Amal Haddad"),
        ("Amal\u202e\u2066 Haddad\u0007", "Amal Haddad"),
        ("Amal\u2028Haddad", "Amal Haddad"),
        ("Ma\u0308kela\u0308", "Mäkelä"),
        ("\ufeffAmal", "Amal"),
    ],
)
def test_names_are_one_composed_line_without_hidden_characters(given: str, kept: str) -> None:
    assert NAME.validate_python(given) == kept


@pytest.mark.parametrize("name", ["", "   ", "\u202e", "\u200d", "x" * 301, "\u0958" * 200, "A\ud800"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        NAME.validate_python(name)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" amal@example.org ", "amal@example.org"),
        ("Amal.H+matka@Example.ORG", "Amal.H+matka@example.org"),
        ("posti@käännös.example", "posti@xn--knns-loaa2k.example"),
        ("o'brien@example.org", "o'brien@example.org"),
    ],
)
def test_addresses_come_in_the_form_that_mail_servers_take(given: str, kept: str) -> None:
    assert EMAIL.validate_python(given) == kept


@pytest.mark.parametrize(
    "address",
    [
        "amal",
        "@example.org",
        "amal@",
        "amal@example",
        "amal@-example.org",
        "amal@example-.org",
        "amal@exa mple.org",
        "amal@example..org",
        "amal@.example.org",
        "a@b@example.org",
        "amal haddad@example.org",
        ".amal@example.org",
        "amal.@example.org",
        "a..b@example.org",
        "ämal@example.org",
        "amal@example.org\r\nBcc: all@example.org",
        "amal\n@example.org",
        '"amal"@example.org',
        "amal@exa_mple.org",
        "x" * 65 + "@example.org",
        "amal@" + "x" * 64 + ".org",
        "amal@" + ".".join(["x" * 60] * 5),
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        EMAIL.validate_python(address)


@pytest.mark.parametrize("phone", ["", "+358 40 123 4567", "(09) 123-456"])
def test_telephone_numbers(phone: str) -> None:
    assert PHONE.validate_python(phone) == phone


@pytest.mark.parametrize("phone", ["call me", "+-()", "1" * 41, "+358\n40"])
def test_what_is_no_telephone_number_is_refused(phone: str) -> None:
    with pytest.raises(ValidationError):
        PHONE.validate_python(phone)


@pytest.mark.parametrize("tag", ["fi", "sv", "fi-simple", "zh-Hant", "so"])
def test_languages_are_tags_not_a_list(tag: str) -> None:
    assert LANGUAGE.validate_python(tag) == tag


@pytest.mark.parametrize("tag", ["", "suomi", "FI", "fi_FI", "fi-", "fi\n"])
def test_what_is_no_language_tag_is_refused(tag: str) -> None:
    with pytest.raises(ValidationError):
        LANGUAGE.validate_python(tag)


@pytest.mark.parametrize("scope", ["", "**", "a b", "../x", "x" * 101])
def test_what_is_no_scope_is_refused(scope: str) -> None:
    with pytest.raises(ValidationError):
        SCOPE.validate_python(scope)
