"""A member of staff at work in one program: what they may see and do there, and the frame of their pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Path, Response

from matka_contracts.terms import STAFF, STAFF_WHO_ACT, Role
from matka_gateway.failures import Failure
from matka_gateway.pages.rendering import page
from matka_gateway.pages.visit import Visit
from matka_gateway.readings import USUAL_ZONE, read_one
from matka_gateway.remark_texts import ALONE, BETWEEN, field_names, language_name, say_remark
from matka_gateway.staff_readings import DeskProgram
from matka_gateway.staff_terms import STAFF_TERMS
from matka_gateway.terms import TERMS
from matka_gateway.upstream import Ask, Gap, Names
from matka_kit.auth import Caller
from matka_kit.errors import NotFound

Id = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,100}$")]
_WHO_DECIDES = (Role.ADMINISTRATOR, Role.COORDINATOR)
_WORDS = {**TERMS, **STAFF_TERMS}


@dataclass(frozen=True)
class Trouble:
    """What somebody just tried and why it did not work; `about` is where on the page, `typed` is kept.

    `fields` says what is wrong with which field; `failure` is what a service answered.
    """

    status: int
    text: str
    about: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    failure: Failure | None = None


@dataclass(frozen=True)
class Desk:
    """Readers see; helpers act; coordinators decide."""

    visit: Visit
    program_id: str
    known: Names

    @classmethod
    def at(cls, visit: Visit, program_id: str) -> "Desk":
        """Raises `Unauthenticated`, and `NotFound` for whom the program has nothing to show."""
        if not visit.require().caller.has(STAFF, program_id):
            raise NotFound
        return cls(visit, program_id, Names(visit.gateway.upstream))

    @property
    def caller(self) -> Caller:
        return self.visit.require().caller

    @property
    def me(self) -> str:
        return self.visit.require().person_id

    @property
    def acts(self) -> bool:
        return self.caller.has(STAFF_WHO_ACT, self.program_id)

    @property
    def decides(self) -> bool:
        return self.caller.has(_WHO_DECIDES, self.program_id)

    @property
    def home(self) -> str:
        return f"/programs/{self.program_id}"

    async def gather(self, **asks: Ask) -> dict[str, Any]:
        """The program and these parts of a page, side by side. Raises `Refused` for what is essential."""
        return await self.more(program=Ask("pairing", self.home, essential=True), **asks)

    async def more(self, **asks: Ask) -> dict[str, Any]:
        """Parts of a page that depend on others. Raises `Refused` for what is essential."""
        return await self.visit.gateway.upstream.side_by_side(self.caller, asks, self.known)

    async def names(self, ids: Iterable[str]) -> dict[str, str]:
        """The names of these people."""
        return await self.known.of(ids)

    def show(
        self, template: str, answers: Mapping[str, Any], trouble: Trouble | None = None, **facts: Any
    ) -> Response:
        """A staff page: `answers` is what was gathered, of which the frame needs the program."""
        language = self.visit.language
        program = read_one(DeskProgram, answers["program"])
        common: dict[str, Any] = {
            "desk": self,
            "program": program,
            "title": "" if isinstance(program, Gap) else language.choose(program.title),
            "zone": USUAL_ZONE if isinstance(program, Gap) else program.timezone,
            "trouble": trouble,
            "done": _done(self.visit),
            "now": self.visit.gateway.clock.now(),
            "names": {},
            **words(self.visit),
        }
        response = page(self.visit, f"staff/{template}", trouble.status if trouble else 200, **common | facts)
        if trouble and trouble.failure:
            response.headers.update(trouble.failure.headers)
        return response


def words(visit: Visit) -> dict[str, Any]:
    """Words for codes, in the reader's language."""
    language = visit.language
    return {
        "term": lambda kind, code: language.say(_WORDS[kind].get(code, code)),
        "codes": lambda kind: list(_WORDS[kind]),
        "remark": lambda each: say_remark(language, each, BETWEEN),
        "why_alone": lambda each: say_remark(language, each, ALONE),
        "field_names": lambda codes: field_names(language, codes),
        "language_name": lambda code: language_name(language, code),
        "with_query": with_query,
    }


def with_query(path: str, **query: object) -> str:
    """A path with those of these values that say something."""
    said = {name: str(value) for name, value in query.items() if value}
    return f"{path}?{urlencode(said)}" if said else path


def _done(visit: Visit) -> str:
    """What was just done, if the address says so in a word of ours."""
    word = visit.request.query_params.get("done", "")
    text = STAFF_TERMS["done"].get(word) if visit.request.method in {"GET", "HEAD"} else None
    return visit.language.say(text) if text else ""
