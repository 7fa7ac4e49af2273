"""What a letter's words are made of."""

from datetime import UTC, datetime

import pytest

from matka_kit.settings import ServiceSettings
from matka_notifications.composing import facts_told
from matka_notifications.deps import Notifications


@pytest.mark.parametrize("text", ["2027-01-18T10:00:00Z", "2027-01-18T12:00:00+02:00"])
def test_instants_come_out_of_an_events_data(text: str) -> None:
    assert facts_told({"starts_at": text}) == {"starts_at": datetime(2027, 1, 18, 10, 0, tzinfo=UTC)}


@pytest.mark.parametrize(
    "value", ["", "2027-01-18", "2027-01-18T10:00:00Z", "Oodi, 3. krs Töölö", 5, None, ["T"]]
)
def test_all_else_stays_as_it_is(value: object) -> None:
    assert facts_told({"place": value, "handed_out_at": None}) == {"place": value, "handed_out_at": None}


def test_titles_are_chosen_by_language_and_are_no_fact_of_their_own() -> None:
    assert facts_told({"title": {"fi": "Kevät"}}) == {}


def test_the_service_wants_settings_of_its_own() -> None:
    class Elsewhere:
        settings = ServiceSettings.model_construct()

    with pytest.raises(TypeError, match="its own settings"):
        Notifications.build(Elsewhere())  # type: ignore[arg-type]  # all that is looked at
