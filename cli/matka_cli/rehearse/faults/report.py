"""What came of the faults: a section of the summary, a row of the table, a line for each as it happens."""

from dataclasses import asdict
from typing import Any

from matka_cli.rehearse.faults.director import Director, Struck
from matka_cli.rehearse.faults.plan import Plan

_NOT_ALL = "not all consuming again"


def summarise(plan: Plan, director: Director, copies: int) -> dict[str, Any]:
    """The summary's `faults`; nothing where none were asked for.

    `may_be_twice` is how many mails may be at the server twice, `twice` how many are; `planted` are the
    messages that must be among the dead letters, by service and event; `not_injected` are
    faults that never met work in flight, `left_out` those that can't be brought about here, with the reason.
    """
    if not plan.names:
        return {}
    return {
        "faults": {
            "injected": [asdict(each) for each in director.struck],
            "not_injected": director.left,
            "left_out": plan.left_out,
            "may_be_twice": sum(each.may_double for each in director.struck),
            "twice": copies,
            "planted": [each for struck in director.struck for each in struck.facts.get("planted", [])],
        }
    }


def row(faults: dict[str, Any]) -> str:
    """The summary's section in a row of the table."""
    injected = faults["injected"]
    times = [each["consuming_after"] for each in injected]
    back = f"consuming again after {max(times, default=0.0)} s at most" if None not in times else _NOT_ALL
    parts = [
        f"{len(injected)} injected, {back}",
        f"{faults['twice']} mails twice where {faults['may_be_twice']} may be",
    ]
    if faults["planted"]:
        parts.append(f"{len(faults['planted'])} dead letters are planted")
    if faults["not_injected"]:
        parts.append(f"never met work in flight: {', '.join(faults['not_injected'])}")
    return "; ".join(parts)


def line(struck: Struck) -> str:
    """One fault in words."""
    back = "never" if struck.consuming_after is None else f"after {struck.consuming_after} s"
    met = ", ".join(f"{name} {_words(owed)}" for name, owed in struck.in_flight.items())
    return f"{struck.fault} for {struck.lasted} s, meeting {met}; consuming again {back}"


def _words(owed: Any) -> str:
    if isinstance(owed, dict):
        return " ".join(f"{name}={number}" for name, number in owed.items())
    return str(len(owed))
