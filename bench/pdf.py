"""How many certificates a second, in one process and in a pool of two.

Run: python bench/pdf.py [how many]
"""

import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from matka_certificates.facts import CertificateFacts
from matka_certificates.pdf import render
from tests.support.certificates import some_facts

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
    return len(render(facts(number)))


def main() -> None:
    """Print the first certificate's time, then the rates."""
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    started = time.perf_counter()
    made(0)
    print(f"first certificate of a process: {time.perf_counter() - started:.2f} s")
    started = time.perf_counter()
    size = sum(made(number) for number in range(many))
    print(
        f"one process: {many / (time.perf_counter() - started):.0f} certificates/s, {size // many} bytes each"
    )
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        list(pool.map(made, range(20), chunksize=10))
        started = time.perf_counter()
        list(pool.map(made, range(many), chunksize=10))
        print(f"two processes: {many / (time.perf_counter() - started):.0f} certificates/s")


if __name__ == "__main__":
    main()
