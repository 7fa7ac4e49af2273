"""The certificate's file: one A4 page, PDF/A-2a and PDF/UA-1, the same bytes for the same facts."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, time
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import cast

import segno
import typst

from matka_certificates.display import NotDisplayable, breakable, clean, direction
from matka_certificates.facts import ByLanguage, CertificateFacts
from matka_certificates.fonts import DEBIAN_FONTS, FontSet, font_set
from matka_certificates.texts import LOCALES, texts
from matka_certificates.wording import Wording, wording

STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
_LACKING = re.compile(r'the text `"(.+)"` could not be displayed', re.DOTALL)
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
_TEMPLATES = Path(__file__).parent / "templates"


def render(
    certificate: CertificateFacts, font_folders: Sequence[Path] = DEBIAN_FONTS, locales: Path = LOCALES
) -> bytes:
    """The certificate as PDF: half a second for the first of a process, about 15 ms for each other.

    In a pool of processes these must be spawned: typst's threads do not survive a fork.

    Raises `FontsMissing` and `NotDisplayable`. The bytes depend on the facts, the fonts and the
    versions of this package and of typst alone, not on the moment or the machine. Its metadata carry
    the cleaned name (title) and the number (keywords).
    """
    fonts = font_set(tuple(font_folders))
    compiler = _compiler(fonts)
    certificate = _cleaned(certificate, fonts.characters)
    words = [wording(certificate, texts(code, locales)) for code in certificate.languages]
    data = json.dumps(_data(certificate, fonts, words), ensure_ascii=False)
    try:
        made = compiler.compile(
            format="pdf",
            sys_inputs={"certificate": data},
            pdf_standards=STANDARDS,
            timestamp=datetime.combine(certificate.issued_on, time(), UTC),
        )
    except typst.TypstError as error:
        lacking = _LACKING.search(error.message)
        if lacking is None:
            raise
        raise NotDisplayable(sorted(set(_ESCAPE.sub(_unescaped, lacking[1])))) from error
    return cast("bytes", made)


def _unescaped(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16))


def _cleaned(certificate: CertificateFacts, characters: frozenset[int]) -> CertificateFacts:
    """The facts with every free text as the page can show it."""

    def all_clean(titles: ByLanguage) -> ByLanguage:
        return {code: clean(title, characters) for code, title in titles.items()}

    gatherings = (g.model_copy(update={"title": all_clean(g.title)}) for g in certificate.gatherings)
    return certificate.model_copy(
        update={
            "holder_name": clean(certificate.holder_name, characters),
            "organisation": clean(certificate.organisation, characters),
            "signatory": certificate.signatory and clean(certificate.signatory, characters),
            "program_title": all_clean(certificate.program_title),
            "gatherings": tuple(gatherings),
        }
    )


@cache
def _compiler(fonts: FontSet) -> typst.Compiler:
    """One compiler per process and set of fonts; it never looks at system fonts or for packages."""
    nowhere = str(_TEMPLATES / "packages")
    return typst.Compiler(
        str(_TEMPLATES / "certificate.typ"),
        root=str(_TEMPLATES),
        font_paths=fonts.fonts,
        ignore_system_fonts=True,
        package_path=nowhere,
        package_cache_path=nowhere,
    )


def _data(certificate: CertificateFacts, fonts: FontSet, words: list[Wording]) -> dict[str, object]:
    """What the template reads: plain strings, which it sets and never evaluates."""
    name = certificate.holder_name
    return {
        "name": name,
        "name-lines": breakable(name),
        "name-direction": direction(name),
        "name-fonts": fonts.families_for(name),
        "issuer": certificate.organisation,
        "organisation": breakable(certificate.organisation),
        "organisation-direction": direction(certificate.organisation),
        "signatory": breakable(certificate.signatory),
        "number": certificate.number,
        "url": certificate.verify_url,
        "qr": _qr(certificate.verify_url),
        "columns": [asdict(words_of_one) for words_of_one in words],
    }


def _qr(url: str) -> str:
    """The address as a QR code in SVG, with a quarter of it to spare for wear and print."""
    drawn = BytesIO()
    segno.make(url, error="q", micro=False).save(drawn, kind="svg", border=0, xmldecl=False, svgns=True)
    return drawn.getvalue().decode()
