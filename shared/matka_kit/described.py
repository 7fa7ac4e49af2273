"""A service's OpenAPI document: the problems that every route may answer, told once for all of them."""

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI

PROBLEM = "application/problem+json"
_NAME = "Problem"
_SCHEMA: Mapping[str, Any] = {
    "title": _NAME,
    "description": "RFC 9457: `code` says what is wrong, `params` fill its text; `detail` is the text.",
    "type": "object",
    "properties": {
        "type": {"type": "string", "pattern": "^urn:matka:problem:[a-z0-9-]+$"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "pattern": "^[a-z0-9-]+$"},
        "params": {"type": "object"},
        "detail": {"type": "string"},
    },
    "required": ["type", "status", "code", "params"],
    "additionalProperties": False,
}
_SECONDS = {"type": "string", "pattern": "^[0-9]+$"}
_CHALLENGE = {"type": "string", "const": "Bearer"}


def answer(description: str, **headers: Mapping[str, Any]) -> dict[str, Any]:
    """One problem that a route may answer, as OpenAPI describes it; `headers` are schemas by name."""
    said: dict[str, Any] = {
        "description": description,
        "content": {PROBLEM: {"schema": {"$ref": f"#/components/schemas/{_NAME}"}}},
    }
    named = {name.replace("_", "-"): {"required": True, "schema": schema} for name, schema in headers.items()}
    return said | ({"headers": named} if named else {})


def retry_later(description: str) -> dict[str, Any]:
    """A problem that goes away by itself; its answer says after how many seconds to ask again."""
    return answer(description, Retry_After=_SECONDS)


_ANY = {
    "409": answer("A rule stands against it; `code` names the rule."),
    "404": answer("Nothing there, or nothing that this caller may know of."),
    "503": retry_later("Something that this needs is away or busy."),
}
_GUARDED = {
    "401": answer("No token, or none that is valid here.", WWW_Authenticate=_CHALLENGE),
    "403": answer("This caller may not do it."),
}
_ASKED = {
    "400": answer("What was sent can't be read."),
    "413": answer("More was sent than is taken."),
    "422": answer("What was sent can't be right; `params` name the fields."),
}


class DescribedApp(FastAPI):
    """An application whose document says which problems its routes may answer."""

    def openapi(self) -> dict[str, Any]:
        """The document; the framework's own answer to bad input is replaced by ours."""
        if self.openapi_schema is None:
            document = super().openapi()
            for path in document["paths"].values():
                for operation in path.values():
                    _tell(operation)
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            for theirs in ("HTTPValidationError", "ValidationError"):
                schemas.pop(theirs, None)
            schemas[_NAME] = dict(_SCHEMA)
        return super().openapi()


def _tell(operation: dict[str, Any]) -> None:
    told = dict(_ANY)
    if operation.get("security"):
        told |= _GUARDED
    if operation.get("parameters") or operation.get("requestBody"):
        told |= _ASKED
    operation["responses"] = dict(sorted({**operation["responses"], **told}.items()))
