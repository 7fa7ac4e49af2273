"""The library holds together: everything in every language, and nothing without a place."""

import pytest

from matka_learning.library import Library, Shelf, Shelved, load_library


def with_shelf(**otherwise: object) -> Library:
    library = load_library()
    return library.model_copy(update={"shelf": library.shelf.model_copy(update=otherwise)})


def test_it_has_exercises_and_themes_in_finnish_swedish_and_english() -> None:
    library = load_library()
    assert set(library.texts) == {"fi", "sv", "en"}
    assert len(library.exercises) >= 12
    assert "mentoring-basics" in library.courses


def test_every_exercise_has_the_same_number_of_steps_in_every_language() -> None:
    texts = load_library().texts
    for code, words in texts["en"].exercises.items():
        assert len(words.steps) >= 3, code
        assert {len(each.exercises[code].steps) for each in texts.values()} == {len(words.steps)}, code


def test_every_course_has_the_same_parts_in_every_language() -> None:
    texts = load_library().texts
    for code, words in texts["en"].courses.items():
        assert len(words.parts) >= 5, code
        assert {len(each.courses[code].parts) for each in texts.values()} == {len(words.parts)}, code


def test_no_text_was_left_in_another_language() -> None:
    texts = load_library().texts
    for name in Shelf.model_fields:
        for code in getattr(texts["en"], name):
            said = [getattr(each, name)[code].text for each in texts.values()]
            assert len(set(said)) == len(said), code


@pytest.mark.parametrize(
    ("wanted", "answered"),
    [("fi", "fi"), ("sv", "sv"), ("en", "en"), ("fi-x-selko", "fi"), ("sv-FI", "sv"), ("so", "en")],
)
def test_a_language_is_answered_in_itself_or_its_nearest(wanted: str, answered: str) -> None:
    assert load_library().language_for(wanted) == answered


def test_a_thing_without_words_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="exercises: something-new"):
        with_shelf(exercises={**load_library().exercises, "something-new": Shelved(theme="cv")}).check()


def test_a_thing_without_a_theme_is_a_mistake() -> None:
    exercises = {**load_library().exercises, "network-map": Shelved(theme="gardening")}
    with pytest.raises(ValueError, match="there is no theme gardening"):
        with_shelf(exercises=exercises).check()
