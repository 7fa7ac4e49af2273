"""Measures the code against the figures of the style guide: maxima fail, everything else is only reported."""

import ast
import io
import statistics
import sys
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("shared", "services", "cli", "bench")
MOST_LINES_OF_A_FILE = 300
MOST_LINES_OF_A_FUNCTION = 50
MOST_PARAMETERS = 6
NAMES_FOR_EVERYTHING = {"utils", "util", "helpers", "helper", "common", "service", "misc"}
DOMAIN_WORDS = ("mentor", "mentee", "pairing", "meeting", "gathering", "cohort", "applicant", "matching")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass
class Figures:
    """What was measured in one set of files, and which maxima were passed."""

    files: list[int] = field(default_factory=list)
    functions: list[int] = field(default_factory=list)
    comments: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return sum(self.files)


def python_files(*folders: Path) -> list[Path]:
    """The Python sources below these folders."""
    return sorted(
        path for folder in folders for path in folder.rglob("*.py") if "__pycache__" not in path.parts
    )


def measure(paths: Sequence[Path], root: Path) -> Figures:
    """Reads every file once."""
    figures = Figures()
    for path in paths:
        text = path.read_text(encoding="utf-8")
        name = str(path.relative_to(root))
        tree = ast.parse(text, name)
        figures.files.append(len(text.splitlines()))
        figures.comments += sum(
            token.type == tokenize.COMMENT for token in tokenize.generate_tokens(io.StringIO(text).readline)
        )
        figures.functions += [_length(function) for function in _functions(tree)]
        figures.broken += [f"{name}: {words}" for words in _broken(path, tree, figures.files[-1])]
    return figures


def _broken(path: Path, tree: ast.Module, lines: int) -> Iterator[str]:
    if lines > MOST_LINES_OF_A_FILE:
        yield f"{lines} lines; a file has at most {MOST_LINES_OF_A_FILE}"
    if path.stem in NAMES_FOR_EVERYTHING:
        yield "a name for everything; say what lives here"
    first = (ast.get_docstring(tree) or "").split("\n\n")[0].strip()
    if not first.endswith((".", "!", "?", ":")):
        yield "opens with no sentence"
    for function in _functions(tree):
        if _length(function) > MOST_LINES_OF_A_FUNCTION:
            yield f"{function.name} has {_length(function)} lines; at most {MOST_LINES_OF_A_FUNCTION}"
        if _parameters(function) > MOST_PARAMETERS:
            yield f"{function.name} has {_parameters(function)} parameters; at most {MOST_PARAMETERS}"
    if "matka_kit" in path.parts:
        yield from (
            f"says {word!r} in line {line}; the kit knows no domain" for word, line in _domain_words(tree)
        )


def _functions(tree: ast.Module) -> Iterator[Function]:
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def _length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _parameters(function: Function) -> int:
    given = function.args
    names = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


def _domain_words(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Names in code; examples in docstrings may be about the domain."""
    for node in ast.walk(tree):
        said = ""
        if isinstance(node, Function | ast.ClassDef):
            said = node.name
        elif isinstance(node, ast.Name):
            said = node.id
        elif isinstance(node, ast.arg | ast.keyword):
            said = node.arg or ""
        elif isinstance(node, ast.Attribute):
            said = node.attr
        yield from ((word, getattr(node, "lineno", 0)) for word in DOMAIN_WORDS if word in said.lower())


def _report(name: str, figures: Figures) -> str:
    if not figures.files:
        return f"{name:14} nothing yet"
    files, functions = sorted(figures.files), sorted(figures.functions) or [0]
    comments = f"{figures.lines:6} lines, {100 * figures.comments / figures.lines:.1f}% comments"
    return (
        f"{name:14} {len(files):4} files {_spread(files):>13}"
        f"  {len(functions):5} functions {_spread(functions):>12}   {comments}"
    )


def _spread(numbers: list[int]) -> str:
    """Median / 90th percentile / maximum."""
    ninetieth = numbers[min(len(numbers) - 1, len(numbers) * 9 // 10)]
    return f"{statistics.median(numbers):.0f} / {ninetieth} / {numbers[-1]}"


def main() -> int:
    """1 if a maximum is passed."""
    sets = {folder: python_files(ROOT / folder) for folder in (*CODE, "tests")}
    sets |= {folder.name: python_files(folder) for folder in sorted((ROOT / "services").glob("*/"))}
    measured = {name: measure(paths, ROOT) for name, paths in sets.items()}
    print("                    median / 90% / max")
    for name, figures in measured.items():
        print(_report(name, figures))
    outside = ("mongodb", "sqlite", "testing")
    kit = [p for p in python_files(ROOT / "shared" / "matka_kit") if not p.stem.startswith(outside)]
    size, services = measure(kit, ROOT).lines, measured["services"].lines
    print(f"kit without adapters and testing: {size} lines, {size / max(services, 1):.2f} of the services'")
    code = sum(measured[name].lines for name in CODE)
    print(f"test : code = {measured['tests'].lines / max(code, 1):.2f}")
    broken = sorted({line for figures in measured.values() for line in figures.broken})
    print("\n".join(broken))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
