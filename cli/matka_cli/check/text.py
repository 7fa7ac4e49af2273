"""Texts made comparable: names as a mail may carry them, what is named taken out, names on a page."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BREAKING = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_URL = re.compile(r"https?://\S+")
_WORD = re.compile(r"\w+")
_BLOCKS = frozenset({"p", "div", "br", "h1", "h2", "h3", "li", "td", "tr", "title", "a"})
_UNSEEN = frozenset({"style", "script"})
_IN_ORDER = ("LATIN", "GREEK", "CYRILLIC")


def plain(text: str) -> str:
    """A name as a mail may carry it: composed, on one line, nothing in it that turns the direction."""
    return " ".join(_BREAKING.sub(" ", _TURNING.sub("", unicodedata.normalize("NFC", text))).split())


class Named:
    """Names, titles and places, to be taken out of a text where they stand as a whole, the longest first."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_word: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for name in sorted({plain(each) for each in names}, key=len, reverse=True):
            if first := _WORD.search(name):
                self._by_word[first.group()].append((first.start(), name))

    def without(self, text: str) -> str:
        """The text without them, and without the addresses of pages."""
        left, kept, reached = _URL.sub(" ", unicodedata.normalize("NFC", text)), [], 0
        for start, end in self._places(left):
            if start >= reached:
                kept.append(left[reached:start])
                reached = end
        return " ".join((*kept, left[reached:]))

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        for word in _WORD.finditer(text):
            for ahead, name in self._by_word.get(word.group(), ()):
                start = word.start() - ahead
                end = start + len(name)
                if start >= 0 and text.startswith(name, start) and not _goes_on(text, name, end):
                    yield start, end
                    break


def _goes_on(text: str, name: str, end: int) -> bool:
    """Whether the last word of a name is only the beginning of a longer one."""
    return bool(_WORD.match(name[-1]) and _WORD.match(text, end))


def mentions(text: str, name: str) -> bool:
    """Whether a name stands in a text, as a whole."""
    return bool(re.search(rf"(?<!\w){re.escape(plain(name))}(?!\w)", plain(text)))


def printed(text: str, name: str) -> bool:
    """Whether a page's text has this name.

    What is extracted from a page has Latin, Greek and Cyrillic letters in their order. Words that are read
    from right to left come in the order in which they stand: there the same letters side by side, in any
    order, are the name. Scripts that combine letters repeat some: there it is a line of just these letters.
    """
    page, wanted = _letters(text), _letters(name)
    if wanted in page:
        return True
    if all(unicodedata.name(letter, "").startswith(_IN_ORDER) for letter in wanted):
        return False
    if any(unicodedata.category(character)[0] == "M" for character in name):
        return any(set(_letters(line)) == set(wanted) for line in text.splitlines())
    return _same_letters_somewhere(page, wanted)


def _letters(text: str) -> str:
    """The letters and digits alone, compatibility forms resolved."""
    return "".join(
        character
        for character in unicodedata.normalize("NFKC", text)
        if unicodedata.category(character)[0] in "LN"
    )


def _same_letters_somewhere(page: str, wanted: str) -> bool:
    sought, size = Counter(wanted), len(wanted)
    seen = Counter(page[:size])
    for end in range(size, len(page) + 1):
        if seen == sought:
            return True
        if end < len(page):
            seen[page[end]] += 1
            seen[page[end - size]] -= 1
            seen += Counter()
    return False


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._unseen += tag in _UNSEEN
        self._between(tag)

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN
        self._between(tag)

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.words.append(data)

    def _between(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.words.append("\n")


def words_of(html: str) -> str:
    """What one reads of a page, a line per block."""
    parser = _Words()
    parser.feed(html)
    parser.close()
    lines = (" ".join(line.split()) for line in "".join(parser.words).split("\n"))
    return "\n".join(line for line in lines if line)
