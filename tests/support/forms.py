"""Forms as a browser without scripts sends them: by their button, with what stands in their fields."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

Pairs = list[tuple[str, str]]


@dataclass
class Button:
    """A button with what it says and adds to its form."""

    words: str = ""
    name: str = ""
    value: str = ""


@dataclass
class Form:
    """A form with its fields as they stand and its buttons."""

    id: str
    method: str
    action: str
    fields: Pairs = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)

    def filled(self, button: Button, typed: dict[str, str | list[str]]) -> dict[str, list[str]]:
        """What is sent when `button` is pressed after `typed` was filled in; a list is of checkboxes."""
        sent: dict[str, list[str]] = {}
        for name, value in [*self.fields, *([(button.name, button.value)] if button.name else [])]:
            sent.setdefault(name, []).append(value)
        return sent | {name: each if isinstance(each, list) else [each] for name, each in typed.items()}


class Page(HTMLParser):
    """The forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._open: Form | None = None
        self._button: Button | None = None
        self._select = ""
        self._chosen: str | None = None
        self._area: list[str] | None = None
        self._outside: list[tuple[str, str, str]] = []
        self.feed(text)
        for id_, name, value in self._outside:
            next(form for form in self.forms if form.id == id_).fields.append((name, value))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        present = {name for name, _ in attrs}
        if tag == "form":
            self._open = Form(known.get("id", ""), known.get("method", "get"), known.get("action", ""))
            self.forms.append(self._open)
        elif tag == "input":
            self._input(known, present)
        elif tag == "button" and self._open:
            self._button = Button(name=known.get("name", ""), value=known.get("value", ""))
            self._open.buttons.append(self._button)
        elif tag == "select":
            self._select, self._chosen = known["name"], None
        elif tag == "option" and (self._chosen is None or "selected" in present):
            self._chosen = known["value"]
        elif tag == "textarea":
            self._select, self._area = known["name"], []

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "button":
            self._button = None
        elif tag == "select" and self._open and self._chosen is not None:
            self._open.fields.append((self._select, self._chosen))
        elif tag == "textarea" and self._open and self._area is not None:
            self._open.fields.append((self._select, "".join(self._area)))
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._button:
            self._button.words = " ".join((self._button.words + data).split())
        elif self._area is not None:
            self._area.append(data)

    def _input(self, known: dict[str, str], present: set[str]) -> None:
        if known.get("type") in {"checkbox", "radio"} and "checked" not in present:
            return
        if "form" in known:
            self._outside.append((known["form"], known["name"], known["value"]))
        elif self._open:
            self._open.fields.append((known["name"], known.get("value", "")))

    def with_button(self, words: str) -> tuple[Form, Button]:
        """The one form whose button says exactly this, or begins with it where no other does."""
        buttons = [(form, button) for form in self.forms for button in form.buttons]
        exact = [each for each in buttons if each[1].words == words]
        found = exact or [each for each in buttons if each[1].words.startswith(words)]
        assert found, f"no button says {words}: {[button.words for _, button in buttons]}"
        return found[0]
