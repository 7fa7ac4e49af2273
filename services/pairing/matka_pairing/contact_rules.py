"""What `people` takes as name, address and number: an import says so before anything is taken in."""

import re
import unicodedata

_LONGEST_NAME = 300
_LONGEST_ADDRESS = 254
_UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp", "Zs"}
_LOCAL_PART = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"(?=.*[0-9])[0-9+ ()./-]{1,40}")


def is_name(text: str) -> bool:
    """Whether there is something to see, and no more than 300 characters of it."""
    composed = unicodedata.normalize("NFC", text)
    return len(composed) <= _LONGEST_NAME and any(unicodedata.category(c) not in _UNSEEN for c in composed)


def is_address(text: str) -> bool:
    """Whether mail servers take it: a plain local part, and a domain that has an ASCII form."""
    local, _, domain = text.rpartition("@")
    try:
        ascii_domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return False
    fits = len(local) <= 64 and len(local) + 1 + len(ascii_domain) <= _LONGEST_ADDRESS
    return fits and bool(_LOCAL_PART.fullmatch(local) and _DOMAIN.fullmatch(ascii_domain))


def is_number(text: str) -> bool:
    """Whether it is a telephone number."""
    return bool(_NUMBER.fullmatch(text))
