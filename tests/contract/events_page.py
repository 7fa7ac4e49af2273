"""`docs/events.md`, from registry and subscriptions: `python -m tests.contract.events_page --write`."""

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from matka_cli.catalogue import declared
from matka_contracts.event import Event, registered

PAGE = Path(__file__).resolve().parents[2] / "docs" / "events.md"
_OPENING = """# Events

Made by `python -m tests.contract.events_page --write` from [the contracts](../shared/matka_contracts) and the
`SUBSCRIPTIONS` of all services; a test keeps it true. Every event carries ids, never names or addresses, in a
CloudEvents envelope with its aggregate's own `sequence`; a field with a default need not be there. Schema and
example of each lie in [schemas](../shared/matka_contracts/schemas).
"""


def page() -> str:
    """The whole page."""
    listeners: dict[type[Event], list[str]] = defaultdict(list)
    for service in declared():
        for kind in service.subscriptions:
            listeners[kind].append(service.name)
    by_producer: dict[str, list[type[Event]]] = defaultdict(list)
    for kind in registered():
        by_producer[kind.producer].append(kind)
    parts = [_OPENING, _overview(by_producer, listeners)]
    for producer, kinds in sorted(by_producer.items()):
        parts.append(f"## {producer}\n")
        parts.extend(_section(kind, listeners[kind]) for kind in kinds)
    return "\n".join(parts)


def _overview(by_producer: dict[str, list[type[Event]]], listeners: dict[type[Event], list[str]]) -> str:
    lines = ["| event | of | for |", "| --- | --- | --- |"]
    for producer, kinds in sorted(by_producer.items()):
        for kind in kinds:
            heard = ", ".join(sorted(listeners[kind])) or "nobody yet"
            lines.append(f"| [{kind.__name__}](#{kind.__name__.lower()}) | {producer} | {heard} |")
    return "\n".join(lines) + "\n"


def _section(kind: type[Event], heard_by: list[str]) -> str:
    heard = ", ".join(f"`{name}`" for name in sorted(heard_by)) or "nobody yet"
    schema = kind.model_json_schema()
    fields = "\n".join(_rows(schema))
    return (
        f"### {kind.__name__}\n\n{_sentence(kind)}\n\n"
        f"`{kind.event_type()}`, heard by {heard}; "
        f"[schema and example](../shared/matka_contracts/schemas/{kind.event_type()}.json).\n\n"
        f"| field | is | default |\n| --- | --- | --- |\n{fields}\n"
    )


def _sentence(kind: type[Event]) -> str:
    """What the event says, and what its family says about the row that it carries."""
    own = " ".join((kind.__doc__ or "").split())
    family = " ".join((kind.__mro__[1].__doc__ or "").split())
    return own if family.startswith("A fact published by") else f"{own} {family}"


def _rows(schema: dict[str, Any]) -> Iterator[str]:
    for name, place in schema["properties"].items():
        needed = name in schema.get("required", ())
        default = "" if needed else f"`{place.get('default')!r}`".replace("|", "\\|")
        yield f"| `{name}` | {_kind_of(place, schema.get('$defs', {}))} | {default} |"


def _kind_of(place: dict[str, Any], defs: dict[str, Any]) -> str:
    if "$ref" in place:
        name = place["$ref"].rpartition("/")[2]
        words = defs[name].get("enum")
        return ", ".join(f"`{word}`" for word in words) if words else _plain(name)
    if "anyOf" in place:
        return " or ".join(_kind_of(each, defs) for each in place["anyOf"])
    if "enum" in place:
        return ", ".join(f"`{word}`" for word in place["enum"])
    if place.get("type") == "array":
        return f"list of {_kind_of(place['items'], defs)}"
    if place.get("type") == "object":
        return f"texts by {'language' if 'title' in place.get('title', '').lower() else 'key'}"
    moments = {"date-time": "instant", "date": "local date"}
    return moments.get(place.get("format", ""), str(place.get("type", "anything")))


def _plain(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", " ", name).lower()


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python -m tests.contract.events_page --write")
    PAGE.write_text(page(), "utf-8")
