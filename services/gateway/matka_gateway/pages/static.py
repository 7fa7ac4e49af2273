"""The stylesheet and the sign, read at start and named by their contents, so that browsers may keep them."""

import hashlib
from pathlib import Path

from fastapi import APIRouter, Response

from matka_kit.errors import NotFound

_FOLDER = Path(__file__).parents[1] / "static"
_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}
_FILES = {path.name: path.read_bytes() for path in _FOLDER.iterdir() if path.suffix in _TYPES}
_HEADERS = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}

router = APIRouter()


def address(name: str) -> str:
    """Where a file is found; it changes with the file's contents."""
    return f"/static/{name}?{hashlib.sha256(_FILES[name]).hexdigest()[:12]}"


@router.api_route("/static/{name}", methods=["GET", "HEAD"], include_in_schema=False)
async def static_file(name: str) -> Response:
    """One of our own few files."""
    if name not in _FILES:
        raise NotFound
    return Response(_FILES[name], headers=_HEADERS, media_type=_TYPES[Path(name).suffix])
