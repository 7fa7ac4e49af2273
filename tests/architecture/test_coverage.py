"""The coverage check bites where the style guide fixes a floor, and its ratchet holds the rest."""

from typing import Any

from tests.architecture import coverage


def measured(**files: int) -> dict[str, Any]:
    """Files with so many of a hundred lines covered."""
    summary = {"num_statements": 100, "num_branches": 0, "covered_branches": 0}
    return {
        "files": {
            name: {"summary": {**summary, "covered_lines": lines, "percent_covered": float(lines)}}
            for name, lines in files.items()
        }
    }


def test_a_rule_that_no_test_reaches_is_named() -> None:
    found = coverage.parts(measured(**{"services/pairing/matka_pairing/domain/pair.py": 99}))
    [fault] = coverage.faults(found, 0)
    assert "domain/pair.py at 99.0%" in fault


def test_the_kit_may_miss_one_line_in_twenty() -> None:
    good = measured(**{"shared/matka_kit/a.py": 90, "shared/matka_kit/store/b.py": 100})
    assert coverage.faults(coverage.parts(good), 0) == []
    assert coverage.faults(coverage.parts(measured(**{"shared/matka_kit/a.py": 94})), 0)


def test_the_rest_never_falls_below_its_ratchet() -> None:
    found = coverage.parts(measured(**{"cli/matka_cli/up.py": 60}))
    assert coverage.faults(found, 60) == []
    assert coverage.faults(found, 61)
