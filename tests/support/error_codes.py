"""Every code that a service can answer with: the broken rules of all packages, and the kit's own problems."""

import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType

from matka_kit.errors import DomainError

PACKAGES = (
    "matka_kit",
    "matka_people",
    "matka_pairing",
    "matka_scheduling",
    "matka_learning",
    "matka_notifications",
    "matka_certificates",
    "matka_gateway",
)
# What `matka_kit.problems` answers when no rule was broken.
PLAIN_PROBLEMS = {
    "try-again-later",
    "internal",
    "not-found",
    "method-not-allowed",
    "too-large",
    "invalid-input",
}


def error_codes() -> dict[str, str]:
    """Codes with the class's own words on what they mean."""
    for package in PACKAGES:
        for _ in _modules(importlib.import_module(package)):
            pass
    rules = {rule.code_of(): (rule.__doc__ or "").strip() for rule in _rules(DomainError) if _is_ours(rule)}
    return dict.fromkeys(sorted(PLAIN_PROBLEMS), "") | rules


def _modules(package: ModuleType) -> Iterator[ModuleType]:
    yield package
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(found.name)


def _rules(base: type[DomainError]) -> Iterator[type[DomainError]]:
    yield base
    for each in base.__subclasses__():
        yield from _rules(each)


def _is_ours(rule: type[DomainError]) -> bool:
    return rule.__module__.partition(".")[0] in PACKAGES
