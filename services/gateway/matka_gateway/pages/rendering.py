"""Templates to pages: everything escaped, everything defined, every word from the reader's catalogue."""

import uuid
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from matka_gateway.pages.static import address
from matka_gateway.pages.visit import Visit
from matka_gateway.terms import TERMS, in_order
from matka_gateway.upstream import Gap

TEMPLATES = Path(__file__).parents[1] / "templates"
_environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,  # they are part of the package: nobody changes them under a running service
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.tests["gap"] = lambda part: isinstance(part, Gap)


def page(visit: Visit, template: str, status: int = 200, **facts: Any) -> HTMLResponse:
    """A template filled with facts, beside what every page needs."""
    html = _environment.get_template(template).render(_common(visit) | facts)
    return HTMLResponse(html, status, {"Content-Language": visit.language.code})


def _common(visit: Visit) -> dict[str, Any]:
    language = visit.language
    return {
        "language": language,
        "say": language.say,
        "count": language.count,
        "in_order": in_order,
        "languages": list(visit.gateway.languages),
        "form_token": visit.form_token,
        "visit": visit,
        "term": lambda kind, code: language.say(TERMS[kind].get(code, code)),
        "terms": lambda kind: {code: language.say(word) for code, word in TERMS[kind].items()},
        "outcomes": TERMS["done"],
        "here": visit.here,
        "static": address,
        "organisation": visit.gateway.settings.organisation,
        "contact": visit.gateway.settings.contact,
        "once": lambda: str(uuid.uuid4()),
    }
