"""What staff will ask the services for, put to the services' own rules before anything is started."""

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from pydantic import ValidationError

from matka_cli.rehearse.tables import GatheringTable, ProgramTable
from matka_cli.rules import in_words
from matka_kit.errors import DomainError
from matka_pairing.domain.program import Program
from matka_pairing.models import NewProgram
from matka_scheduling.api.gathering_models import GatheringRequest
from matka_scheduling.domain.gathering import Gathering
from matka_scheduling.domain.known import KnownProgram
from matka_scheduling.domain.local_time import LocalTime

_ASKED = "asked"
# What the program's request calls otherwise than its table does.
_NAMES = {"title": "name", "starts_on": "start", "ends_on": "months", "pace": "meetings_per_month"}


def program_request(table: ProgramTable) -> dict[str, Any]:
    """The body of the request that opens the program."""
    return {
        "title": table.name,
        "model": table.model,
        "field": table.field,
        "languages": table.languages,
        "starts_on": table.start.isoformat(),
        "ends_on": table.end.isoformat(),
        "timezone": table.timezone,
        "rules": {
            "common_language_level": table.common_language_level,
            "pace": {"least": table.meetings_per_month[0], "most": table.meetings_per_month[1]},
            "training_hours": table.training_hours,
            "seats": table.seats,
        },
    }


def gathering_request(table: GatheringTable) -> dict[str, Any]:
    """The body of the request that schedules a gathering."""
    return {
        "kind": table.kind,
        "title": table.title,
        "at": table.at.isoformat(),
        "hours": table.hours,
        "place": table.place,
        "seats": table.seats,
    }


def refusals(program: ProgramTable, gatherings: Sequence[GatheringTable]) -> list[str]:
    """What the services would say no to, each with its place in the file."""
    refused = _refusals("program", partial(_open, program))
    if refused:
        return refused
    asked = [
        _refusals(f"gathering.{number}", partial(_schedule, program, gathering))
        for number, gathering in enumerate(gatherings)
    ]
    return [each for refused in asked for each in refused]


def _open(table: ProgramTable) -> None:
    asked = NewProgram.model_validate_json(json.dumps(program_request(table)))
    Program(id=_ASKED, **asked.model_dump()).open()


def _schedule(program: ProgramTable, table: GatheringTable) -> None:
    asked = GatheringRequest.model_validate_json(json.dumps(gathering_request(table)))
    known = KnownProgram(
        id=_ASKED,
        title=program.name,
        starts_on=program.start,
        ends_on=program.end,
        timezone=program.timezone,
        status="open",
    )
    at = LocalTime.of(asked.at, program.timezone)
    Gathering(id=_ASKED, program_id=_ASKED, at=at, **asked.model_dump(exclude={"at"})).schedule(known)


def _refusals(place: str, ask: Callable[[], None]) -> list[str]:
    try:
        ask()
    except ValidationError as error:
        return [f"{place}{_key(place, each['loc'])}: {_words(each['msg'])}" for each in error.errors()]
    except DomainError as error:
        return [f"{place}: {in_words(error)}"]
    return []


def _key(place: str, where: tuple[int | str, ...]) -> str:
    """The key as the file has it."""
    names = _NAMES if place == "program" else {}
    return "".join(f".{names.get(str(part), part)}" for part in where if part != "rules")


def _words(message: str) -> str:
    return message.removeprefix("Value error, ")
