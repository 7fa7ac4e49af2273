"""The tour in `docs`: which pictures it shows, and with which words for those who do not see them."""

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
TOUR = DOCS / "tour"
_PICTURE = re.compile(r"!\[([^\]]*)\]\(tour/([a-z-]+)\.png\)")


def named() -> dict[str, str]:
    """The pictures that the tour shows, each with its words."""
    return {name: words for words, name in _PICTURE.findall((DOCS / "tour.md").read_text("utf-8"))}
