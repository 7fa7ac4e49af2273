"""Broken rules as a command says them."""

from matka_kit.errors import DomainError


def in_words(error: DomainError) -> str:
    """A broken rule's name, what it says, and the facts that belong to it."""
    facts = "; ".join(f"{name}: {_fact(value)}" for name, value in error.params.items())
    rule = (error.__doc__ or "").partition("\n")[0]
    return f"{error.code_of()}: {rule}" + (f" ({facts})" if facts else "")


def _fact(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
