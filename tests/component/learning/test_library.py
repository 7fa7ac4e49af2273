"""The library over HTTP."""

import pytest

from tests.support.asking import asked, refused
from tests.support.study_room import StudyRoom


@pytest.mark.parametrize(
    ("wanted", "answered", "first_theme"),
    [
        ("fi", "fi", "Alkuun yhdessä"),
        ("sv-FI", "sv", "Vi kommer i gång"),
        ("so", "en", "Getting started together"),
    ],
)
async def test_everybody_who_is_signed_in_reads_the_library_in_their_language(
    room: StudyRoom, wanted: str, answered: str, first_theme: str
) -> None:
    library = await asked(room.amal, "GET", f"/library?language={wanted}")
    assert (library["language"], library["themes"][0]["title"]) == (answered, first_theme)
    themes = {theme["id"] for theme in library["themes"]}
    for shelf in ("exercises", "literature", "courses"):
        assert {thing["theme"] for thing in library[shelf]} <= themes
    assert all(exercise["steps"] and exercise["minutes"] for exercise in library["exercises"])
    assert all(thing["url"].startswith("https://") for thing in library["literature"])
    assert all(course["parts"] for course in library["courses"])


async def test_nobody_reads_without_signing_in(room: StudyRoom) -> None:
    nobody = room.world.as_nobody("learning")
    assert await refused(nobody, "GET", "/library") == (401, "unauthenticated")


async def test_what_is_no_language_is_refused(room: StudyRoom) -> None:
    assert await refused(room.amal, "GET", "/library?language=../etc") == (422, "invalid-input")
