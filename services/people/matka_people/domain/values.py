"""What a person states about themselves, cleaned as it comes in: name, address, phone, language."""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field

_JOINERS = "\u200c\u200d"
_INVISIBLE = {"Cc", "Cf", "Cs"}
_LONGEST_NAME = 300
_LONGEST_LOCAL_PART = 64
_LONGEST_ADDRESS = 254
_LONGEST_LABEL = 63
_QUOTED = set('"(),:;<>@[\\]')


def _clean_name(name: str) -> str:
    """One line, composed, without control and bidi characters; joiners stay, some scripts need them."""
    kept = "".join(_visible(character) for character in unicodedata.normalize("NFC", name))
    cleaned = " ".join(kept.split())
    if not cleaned.strip(_JOINERS + " ") or len(cleaned) > _LONGEST_NAME:
        raise ValueError("a name has letters, and 300 characters at most")
    return cleaned


def _visible(character: str) -> str:
    if character.isspace() or unicodedata.category(character) in {"Zl", "Zp"}:
        return " "
    hidden = unicodedata.category(character) in _INVISIBLE and character not in _JOINERS
    return "" if hidden else character


def clean_address(address: str) -> str:
    """An address as mail servers take it: plain local part, domain in its ASCII form and lower case.

    Raises `ValueError` for what is no address.
    """
    local, at, domain = address.strip().rpartition("@")
    if not at or not _is_local_part(local):
        raise ValueError("not an email address")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise ValueError("not an email address") from error
    cleaned = f"{local}@{ascii_domain}"
    if not _is_domain(ascii_domain) or len(cleaned) > _LONGEST_ADDRESS:
        raise ValueError("not an email address")
    return cleaned


def _is_local_part(local: str) -> bool:
    plain = local.isascii() and local.isprintable() and not _QUOTED & set(local) and " " not in local
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    return plain and not dots and 0 < len(local) <= _LONGEST_LOCAL_PART


def _is_domain(domain: str) -> bool:
    labels = domain.split(".")
    return len(labels) > 1 and all(
        0 < len(label) <= _LONGEST_LABEL
        and label.replace("-", "a").isalnum()
        and not label.startswith("-")
        and not label.endswith("-")
        for label in labels
    )


def _clean_phone(phone: str) -> str:
    digits = phone.strip()
    if digits and not (set(digits) <= set("+0123456789 -()/.") and any(each.isdigit() for each in digits)):
        raise ValueError("not a telephone number")
    return digits


PersonName = Annotated[str, Field(min_length=1, max_length=_LONGEST_NAME), AfterValidator(_clean_name)]
EmailAddress = Annotated[str, Field(min_length=3, max_length=300), AfterValidator(clean_address)]
Phone = Annotated[str, Field(max_length=40), AfterValidator(_clean_phone)]
LanguageTag = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$")]
Scope = Annotated[str, Field(pattern=r"^(\*|[A-Za-z0-9][A-Za-z0-9_-]{0,99})$")]


def same_mailbox(email: str) -> str:
    """What two spellings of one address have in common: case is nobody's other self."""
    return email.casefold()
