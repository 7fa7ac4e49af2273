"""People who never were: as many mentors as mentees, invented by chance that repeats."""

import random
from collections.abc import Iterator

_FIRST = ("Aino", "Björn", "Олена", "نور", "Selam", "Minh", "Hodan", "Li", "Amal", "Otso", "Inka", "Jens")
_LAST = (
    "Koski",
    "Åberg",
    "Коваль",
    "الشامي",
    "Tesfay",
    "Nguyễn",
    "Warsame",
    "王",
    "Haddad",
    "Salmi",
    "Laine",
)
_FIELDS = ("2512", "2221", "2320", "5120", "7411", "2411", "3341", "2635", "9112", "5322")
_TOWNS = ("Helsinki", "Espoo", "Vantaa", "Turku", "Tampere")
_FORMS = ("in-person", "video", "phone")
_HOURS = ("weekday-days", "weekday-evenings", "weekends")
_TOPICS = ("cv", "application", "culture", "labour-market", "network", "language")
COLUMNS = (
    *("role", "name", "email", "phone", "language", "languages", "field", "municipality", "forms"),
    *("availability", "needs", "offers", "capacity", "goals", "training"),
)


def invented(pairs: int, first: int = 0) -> Iterator[dict[str, str]]:
    """Mentors and mentees in equal number, with as much to choose from as real cohorts have."""
    dice = random.Random(pairs + first)
    for number in range(first, first + pairs):
        for role in ("mentor", "mentee"):
            yield {
                "role": role,
                "name": f"{dice.choice(_FIRST)} {dice.choice(_LAST)}",
                "email": f"{role}{number}@people.example",
                "language": dice.choice(("fi", "fi", "sv", "en")),
                "languages": f"fi:{dice.choice(('B1', 'B2', 'C1'))};en:{dice.choice(('A2', 'B1', 'C1'))}",
                "field": dice.choice(_FIELDS),
                "municipality": dice.choice(_TOWNS),
                "forms": ";".join(dice.sample(_FORMS, 2)),
                "availability": ";".join(dice.sample(_HOURS, 2)),
                "needs" if role == "mentee" else "offers": ";".join(dice.sample(_TOPICS, 2)),
                "capacity": "1" if role == "mentor" else "",
                "training": dice.choice(("training",) * 5 + ("self-study",)) if role == "mentor" else "",
            }
