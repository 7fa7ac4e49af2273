"""Each boundary contract bites: it holds for the code as it is and breaks when a violation is planted."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("people", "pairing", "scheduling", "learning", "notifications", "certificates", "gateway")

PLANTED = [
    ("services", "services/pairing/matka_pairing/planted.py", "import matka_people"),
    ("command", "services/gateway/matka_gateway/planted.py", "from matka_cli import machine"),
    ("command", "shared/matka_kit/planted.py", "import matka_cli.machine"),
    ("checker", "cli/matka_cli/check/planted.py", "import matka_cli.rehearse.mailroom"),
    ("checker", "cli/matka_cli/check/planted.py", "import matka_contracts.terms"),
    ("checker", "cli/matka_cli/check/planted.py", "from matka_cli import topology"),
    ("contracts", "shared/matka_contracts/planted.py", "import matka_kit.errors"),
    ("contracts", "shared/matka_contracts/planted.py", "import httpx2"),
    ("kit", "shared/matka_kit/planted.py", "import matka_contracts.planted"),
    ("kit", "shared/matka_kit/planted.py", "import matka_people"),
    ("domain", "services/pairing/matka_pairing/domain/planted.py", "import time"),
    ("domain", "services/pairing/matka_pairing/domain/planted.py", "import fastapi"),
    ("domain", "services/pairing/matka_pairing/domain/planted.py", "import matka_kit.clock"),
    ("rooms", "services/learning/matka_learning/domain.py", "import matka_learning.api"),
    ("adapters", "services/people/matka_people/planted.py", "import pymongo"),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the sources, to plant in."""
    for folder in ("shared", "services", "cli"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def lint(tree: Path, contract: str) -> subprocess.CompletedProcess[str]:
    """import-linter's verdict on one contract over this tree."""
    packages = [tree / "shared", tree / "cli", *(tree / "services" / name for name in SERVICES)]
    paths = os.pathsep.join(str(path) for path in (*packages, ROOT))
    linter = str(Path(sys.executable).parent / "lint-imports")
    return subprocess.run(
        [linter, "--config", str(ROOT / "pyproject.toml"), "--no-cache", "--contract", contract],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("contract", sorted({contract for contract, _, _ in PLANTED}))
def test_the_code_keeps_its_boundaries(contract: str, tree: Path) -> None:
    verdict = lint(tree, contract)
    assert verdict.returncode == 0, verdict.stdout


@pytest.mark.parametrize(("contract", "file", "line"), PLANTED)
def test_a_planted_violation_breaks_its_boundary(contract: str, file: str, line: str, tree: Path) -> None:
    if line.endswith("matka_contracts.planted"):
        (tree / "shared/matka_contracts/planted.py").write_text('"""Planted."""\n')
    if line.endswith("matka_learning.api"):
        (tree / "services/learning/matka_learning/api.py").write_text('"""Planted."""\n')
    planted = tree / file
    planted.parent.mkdir(exist_ok=True)
    before = planted.read_text() if planted.exists() else '"""Planted."""\n'
    planted.write_text(f"{before}\n{line}\n")
    verdict = lint(tree, contract)
    assert verdict.returncode == 1, verdict.stdout + verdict.stderr
    assert "BROKEN" in verdict.stdout
    assert planted.stem in verdict.stdout


def test_every_contract_has_a_planted_violation() -> None:
    configured = (ROOT / "pyproject.toml").read_text().split("[[tool.importlinter.contracts]]")[1:]
    ids = {part.split('id = "')[1].split('"')[0] for part in configured}
    assert ids == {contract for contract, _, _ in PLANTED}
