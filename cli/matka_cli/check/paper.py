"""Certificates as they lie in the folder: what a PDF says of its holder and its number."""

import hashlib
import re
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

_NUMBER = re.compile(r"MTK-\d{4}(?:-[0-9A-Z]{4}){3}")
_FEW = 40


@dataclass(frozen=True)
class Paper:
    """One PDF: whose it is by its file name, its title, words and hash. An unreadable one has no words."""

    file: str
    address: str
    sha256: str
    title: str
    text: str

    @property
    def numbers(self) -> set[str]:
        """The certificate numbers that stand in it."""
        return set(_NUMBER.findall(self.text))


def read_papers(paths: Iterable[Path]) -> list[Paper]:
    """All PDFs; many are read by several processes, for each takes some hundredths of a second."""
    wanted = list(paths)
    if len(wanted) <= _FEW:
        return [read_paper(path) for path in wanted]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        return list(pool.map(read_paper, wanted, chunksize=_FEW))


def read_paper(path: Path) -> Paper:
    """One PDF from its file."""
    content = path.read_bytes()
    try:
        reader = PdfReader(BytesIO(content))
        title = str(reader.metadata.title) if reader.metadata else ""
        text = "\n".join(page.extract_text() for page in reader.pages)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError):
        title = text = ""
    return Paper(f"certificates/{path.name}", path.stem, sha256_of(content), title, text)


def sha256_of(content: bytes) -> str:
    """What the public register knows a file by."""
    return hashlib.sha256(content).hexdigest()
