"""What pairing's import takes in `people` takes too: a table that was checked cannot fail half-way."""

import csv
import io

from hypothesis import example, given
from hypothesis import strategies as st

from matka_kit.errors import InvalidInput
from matka_pairing.importing import ImportRow, read_people
from matka_people.api.models import OneOfMany

NAMES = st.text(min_size=1, max_size=320) | st.text("Aä\u0301\u200d\u202e \x7fص", min_size=1, max_size=8)
LOCAL_PARTS = st.text("ab1.+_-'\"@é ", min_size=1, max_size=70)
DOMAINS = st.text("ab1.-äß\u2024。", min_size=1, max_size=70)
NUMBERS = st.text("+0123 -()/.x٣", max_size=45)
LANGUAGES = st.text("fiEN-1", max_size=5)


def rows(name: str, email: str, phone: str, language: str) -> list[ImportRow]:
    """What the import makes of one person; nothing if it refuses."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerows(
        [["role", "name", "email", "phone", "language"], ["mentor", name, email, phone, language]]
    )
    try:
        return read_people(table.getvalue())
    except InvalidInput:
        return []


@given(NAMES, LOCAL_PARTS, DOMAINS, NUMBERS, LANGUAGES)
@example("Amal Haddad", "amal.haddad+matka", "example.org", "+358 40 123", "fi")
@example("x" * 300, "a" * 64, "münchen.example", "(09) 123-4", "sv")
@example("\u0958" * 300, "amal", "example.org", "", "")
def test_whoever_the_import_takes_in_people_takes_too(
    name: str, local: str, domain: str, phone: str, language: str
) -> None:
    for row in rows(name, f"{local}@{domain}", phone, language):
        person = {"name": row.name, "email": row.email, "phone": row.phone, "language": row.language}
        assert OneOfMany.model_validate(person).email == row.email


def test_the_usual_is_taken_in() -> None:
    assert rows("أمل حداد", "amal@example.org", "+358 40 123", "ar")
    assert rows("Örn Åström", "orn@måndag.example", "", "")
