"""Golden schemas and examples of all events: `python -m tests.contract.golden --write` keeps what is there.

A contract may only grow: a new field that need not be there. Anything else breaks a consumer that runs an
older version, so it is a new version of the event (`version = 2`, published beside the old one).
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matka_contracts
from matka_contracts.event import Event, registered
from tests.support.examples import envelope_of, example_of

FOLDER = Path(matka_contracts.__file__).parent / "schemas"
BROKEN = (
    "A contract may only grow by fields that need not be there. Publish a new version of the event beside "
    "the old one instead; only of an event that was never released may the golden file be deleted and "
    "written anew (python -m tests.contract.golden --write)."
)
GROWN = "The contract has grown. Fix its new shape: python -m tests.contract.golden --write"

_NEEDED = " (needed)"
_INNER = frozenset({"$defs", "properties", "required", "items", "additionalProperties", "anyOf", "default"})

Golden = dict[str, Any]


def path_of(kind: type[Event]) -> Path:
    """Where an event's golden file lies."""
    return FOLDER / f"{kind.event_type()}.json"


def stored(kind: type[Event]) -> Golden | None:
    """An event's golden file, if there is one."""
    path = path_of(kind)
    found: Golden | None = json.loads(path.read_text("utf-8")) if path.exists() else None
    return found


def current(kind: type[Event]) -> Golden:
    """What the golden file of an event as it now is would say."""
    envelope = envelope_of(kind, example_of(kind))
    return {
        "schema": _without_words(kind.model_json_schema()),
        "example": envelope.model_dump(mode="json"),
    }


def breaks(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """How a schema fails whoever knows the older one; empty where it only grew."""
    before, now = dict(_places(old, old)), dict(_places(new, new))
    needed = [f"{place} is new and needed" for place in now.keys() - before if _NEEDED in now[place]]
    gone = [f"{place} is gone" for place in before if place not in now]
    changed = [
        f"{place} was {before[place]}, is {now[place]}"
        for place in before.keys() & now.keys()
        if before[place] != now[place]
    ]
    return sorted(gone + needed + changed)


def _places(
    schema: dict[str, Any], root: dict[str, Any], at: str = "", note: str = ""
) -> Iterator[tuple[str, str]]:
    """Every place in a schema with what may stand there, and whether something must."""
    if "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    rest = {key: value for key, value in schema.items() if key not in _INNER}
    yield at or "the event", json.dumps(rest, sort_keys=True) + note
    for name, inner in schema.get("properties", {}).items():
        needed = _NEEDED if name in schema.get("required", ()) else ""
        yield from _places(inner, root, f"{at}.{name}".lstrip("."), needed)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from _places(schema[key], root, f"{at}[]")
    for number, inner in enumerate(schema.get("anyOf", ())):
        yield from _places(inner, root, f"{at}|{number}")


def _without_words(schema: Any) -> Any:
    """A schema without titles and descriptions: other words are no other contract."""
    if isinstance(schema, list):
        return [_without_words(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _without_words(inner) for name, inner in value.items()}
        if key in {"properties", "$defs"}
        else _without_words(value)
        for key, value in schema.items()
        if key not in {"title", "description"}
    }


def write() -> int:
    """Write what is new or has grown; 1 if anything was broken, which is left as it was."""
    FOLDER.mkdir(exist_ok=True)
    status = 0
    for kind in registered():
        old, new = stored(kind), current(kind)
        if old is not None and (broken := breaks(old["schema"], new["schema"])):
            print(f"{kind.event_type()}: {'; '.join(broken)}\n{BROKEN}", file=sys.stderr)
            status = 1
        elif old is None or old["schema"] != new["schema"]:
            text = json.dumps(new, ensure_ascii=False, indent=2)
            path_of(kind).write_text(text + "\n", "utf-8")
            print(f"written: {kind.event_type()}")
    return status


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit("usage: python -m tests.contract.golden --write")
    sys.exit(write())
