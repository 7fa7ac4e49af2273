"""A kind of boundary contract: these packages import nothing but what is named (and themselves)."""

import sys
from typing import TYPE_CHECKING, Any, ClassVar

from importlinter import Contract, ContractCheck, fields, output

if TYPE_CHECKING:
    from grimp import ImportGraph


class OnlyContract(Contract):
    """`importers` and what lies below them may import `allowed`, themselves and the standard library.

    `without` names modules of the standard library that they may not import all the same.
    """

    type_name: ClassVar[str] = "only"
    importers = fields.ListField(subfield=fields.StringField())
    allowed = fields.ListField(subfield=fields.StringField(), required=False, default=[])
    without = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def check(self, graph: "ImportGraph", verbose: bool) -> ContractCheck:  # noqa: ARG002 - import-linter's signature
        found: list[str] = []
        for importer in sorted(graph.modules):
            if not _within(importer, self.importers):
                continue
            found += [
                f"{importer} -> {imported}"
                for imported in sorted(graph.find_modules_directly_imported_by(importer))
                if not self._may_import(imported)
            ]
        return ContractCheck(kept=not found, metadata={"found": found})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["found"]:
            output.print_error(f"not allowed: {line}")

    def _may_import(self, imported: str) -> bool:
        top = imported.split(".", maxsplit=1)[0]
        if _within(imported, self.importers) or _within(imported, self.allowed):
            return True
        return top in sys.stdlib_module_names and not _within(imported, self.without)


def _within(module: str, names: Any) -> bool:
    """Whether the module is one of the names or lies below one."""
    return any(module == name or module.startswith(f"{name}.") for name in names)
