"""Certificates a second: Typst, which enforces PDF/A-2a and PDF/UA-1, beside WeasyPrint on the same content.

Run: python -m bench.certificates
Both make one A4 page with the same texts, names of six scripts, fonts, emblem and QR code, in one process,
in turns. WeasyPrint is asked for PDF/A and tags too, but checks neither.
"""

import json
import multiprocessing
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from bench.support.charts import Chart
from bench.support.report import Report, Row, told
from bench.support.yardstick import measured_by
from matka_certificates import pdf
from matka_certificates.facts import CertificateFacts
from matka_certificates.fonts import DEBIAN_FONTS, font_set
from matka_certificates.texts import LOCALES, texts
from matka_certificates.wording import wording
from tests.support.certificates import some_facts

_TURNS = 4
NAMES = (
    "Aino Järvinen",
    "محمد علي الأحمدي",
    "王小明",
    "Nguyễn Thị Mỹ Hạnh",
    "ሃይለ ገብረስላሴ",
    "Олександра Шевченко",
)


def facts(number: int) -> CertificateFacts:
    return some_facts(
        number=f"MK-2027-{number:05}", holder_name=NAMES[number % len(NAMES)], meetings=number % 20
    )


def made(number: int) -> int:
    return len(pdf.render(facts(number)))


def content(number: int) -> dict[str, Any]:
    """What the template of a certificate reads, for whoever lays it out otherwise."""
    about = facts(number)
    words = [wording(about, texts(code, LOCALES)) for code in about.languages]
    emblem = Path(pdf.__file__).parent / "templates" / "emblem.svg"
    told_of = pdf._data(about, font_set(DEBIAN_FONTS), words)
    return {**told_of, "emblem": emblem.read_text("utf-8"), "issued": about.issued_on.isoformat()}


def rate_of_ours(many: int) -> float:
    began = time.perf_counter()
    for number in range(many):
        made(number)
    return many / (time.perf_counter() - began)


def rate_of_two(many: int) -> float:
    """With two processes, as the service may be told to."""
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(made, range(20), chunksize=10))
        began = time.perf_counter()
        list(pool.map(made, range(many), chunksize=10))
        return many / (time.perf_counter() - began)


async def report(quick: bool) -> Report:
    many, few = (12, 6) if quick else (200, 24)
    began = time.perf_counter()
    size = made(0)
    first = time.perf_counter() - began
    made(1)
    ours: list[float] = []
    theirs: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "content.json"
        file.write_text(json.dumps([content(number) for number in range(len(NAMES))]), "utf-8")
        for _ in range(2 if quick else _TURNS):
            ours.append(rate_of_ours(many))
            theirs.append(float((await measured_by("weasyprint_pages", str(file), str(few)))["rate"]))
    two = rate_of_two(many)
    found = {
        "Typst": statistics.median(ours),
        "Typst, two processes": two,
        "WeasyPrint": statistics.median(theirs),
    }
    note = (
        f"The first takes {first:.1f} s, {size // 1024} kB each. A third of the time goes to the "
        "QR code, whose eight masks are all weighed, the rest to Typst, whose layout tries sizes until the "
        "texts fit; the standards cost next to nothing."
    )
    row = Row.beside(
        "certificates, PDF/A-2a and PDF/UA-1",
        f"{found['Typst']:.0f} certificates/s, {two:.0f} by two processes",
        f"WeasyPrint: {found['WeasyPrint']:.1f} certificates/s",
        statistics.median(own / other for own, other in zip(ours, theirs, strict=True)),
        20,
        note,
    )
    title = "Certificates a second"
    chart = Chart(
        "certificates", title, "1/s", {"certificates per second": list(found.values())}, list(found)
    )
    return Report([row], [chart])


if __name__ == "__main__":
    told("bench.certificates", report)
