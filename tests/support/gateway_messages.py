"""Every message that the gateway's pages and answers can show, read from its templates and its code."""

import ast
from collections.abc import Iterator
from pathlib import Path

from jinja2 import Environment, nodes

import matka_gateway
from matka_gateway.error_texts import HEADINGS, TEXTS
from matka_gateway.import_texts import COLUMNS, PROBLEMS
from matka_gateway.occupations import OCCUPATIONS
from matka_gateway.remark_texts import ALONE, BETWEEN, OTHER
from matka_gateway.staff_terms import STAFF_TERMS
from matka_gateway.terms import TERMS

PACKAGE = Path(matka_gateway.__file__).parent
Message = str | tuple[str, str]
_SAYING = {"say": 1, "count": 2}


def messages() -> set[Message]:
    """English texts; those that depend on a number as their singular and plural."""
    found: set[Message] = {*TEXTS.values(), *HEADINGS.values()}
    found |= {word for words in (*TERMS.values(), *STAFF_TERMS.values()) for word in words.values()}
    found |= {OTHER, *BETWEEN.values(), *ALONE.values(), *OCCUPATIONS.values()}
    found |= {*COLUMNS.values(), *PROBLEMS.values()}
    for template in (PACKAGE / "templates").rglob("*.html"):
        found |= set(_of_template(template.read_text(encoding="utf-8")))
    for module in PACKAGE.rglob("*.py"):
        found |= set(_of_module(module.read_text(encoding="utf-8")))
    return found


def _of_template(text: str) -> Iterator[Message]:
    for call in Environment(autoescape=True).parse(text).find_all(nodes.Call):
        name = call.node.name if isinstance(call.node, nodes.Name) else ""
        if name in _SAYING:
            texts = [arg.value for arg in call.args[: _SAYING[name]] if isinstance(arg, nodes.Const)]
            yield _message(texts, name)


def _of_module(text: str) -> Iterator[Message]:
    for call in ast.walk(ast.parse(text)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in _SAYING:
            name = call.func.attr
            texts = [arg.value for arg in call.args[: _SAYING[name]] if isinstance(arg, ast.Constant)]
            if all(isinstance(each, str) for each in texts) and texts:
                yield _message([str(each) for each in texts], name)


def _message(texts: list[str], name: str) -> Message:
    return texts[0] if name == "say" else (texts[0], texts[1])
