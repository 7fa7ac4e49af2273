"""The tour shows pictures that are there, tells what is on them, and loads quickly; walks take them."""

from tests.support.tour import TOUR, named

MOST_BYTES = 100_000
FEWEST_WORDS = 8


def test_the_tour_names_every_picture_that_there_is_and_no_other() -> None:
    assert {path.stem for path in TOUR.glob("*")} == named().keys()


def test_every_picture_of_the_tour_is_small_and_has_words() -> None:
    for name, words in named().items():
        assert (TOUR / f"{name}.png").stat().st_size < MOST_BYTES, name
        assert len(words.split()) >= FEWEST_WORDS, name
