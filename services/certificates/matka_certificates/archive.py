"""The files of certificates and their editions, written before any certificate names them."""

from dataclasses import dataclass

from matka_certificates.store import EDITIONS, FILES
from matka_kit.errors import Transient
from matka_kit.store import Document, DuplicateId, Query, Store

_PIECE = 1_000_000


@dataclass(frozen=True, slots=True)
class FiledEdition:
    """An edition as found by number or hash; only its certificate knows whether it ever came into force."""

    number: str
    certificate_id: str


class Archive:
    """Files in pieces by their hash, and editions by number and hash."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def file(self, edition: FiledEdition, sha256: str, content: bytes) -> int:
        """Keep an edition and its file; in how many pieces."""
        pieces = [content[start : start + _PIECE] for start in range(0, len(content), _PIECE)]
        for number, piece in enumerate(pieces):
            document = {"certificate_id": edition.certificate_id, "sha256": sha256, "content": piece}
            await self._insert_piece(_piece_id(sha256, number), document)
        entry = {"_id": edition.number, "certificate_id": edition.certificate_id, "sha256": sha256}
        await self._store.insert(EDITIONS, _new(entry))
        return len(pieces)

    async def read(self, sha256: str, pieces: int) -> bytes:
        """A whole file. Raises `Transient` while it is being replaced."""
        ids = [_piece_id(sha256, number) for number in range(pieces)]
        found = await self._store.get_many(FILES, ids)
        if len(found) != pieces:
            raise Transient("the file has just been replaced")
        return b"".join(document["content"] for document in found)

    async def by_number(self, number: str) -> FiledEdition | None:
        """The edition of a number."""
        document = await self._store.get(EDITIONS, number)
        return _edition(document) if document else None

    async def by_file(self, sha256: str) -> FiledEdition | None:
        """The edition whose file has this hash."""
        page = await self._store.find(EDITIONS, Query({"sha256": sha256}, limit=1))
        return _edition(page.documents[0]) if page.documents else None

    async def drop_file(self, certificate_id: str, sha256: str) -> None:
        """Delete the file of an edition that was replaced."""
        await self._store.delete_where(FILES, {"certificate_id": certificate_id, "sha256": sha256})

    async def drop_edition(self, certificate_id: str, sha256: str) -> None:
        """Delete an edition that never came into force, with its file."""
        await self._store.delete_where(EDITIONS, {"sha256": sha256})
        await self.drop_file(certificate_id, sha256)

    async def drop_files(self, certificate_id: str) -> None:
        """Delete every file that was ever made for a certificate; the editions stay on the register."""
        await self._store.delete_where(FILES, {"certificate_id": certificate_id})

    async def _insert_piece(self, id: str, document: Document) -> None:
        try:
            await self._store.insert(FILES, _new({"_id": id, **document}))
        except DuplicateId:
            return  # named by its hash: it is the same piece


def _new(document: Document) -> Document:
    return {"version": 1, "outbox": [], **document}


def _piece_id(sha256: str, number: int) -> str:
    return f"{sha256}:{number:04}"


def _edition(document: Document) -> FiledEdition:
    return FiledEdition(document["_id"], document["certificate_id"])
