"""What both databases say about a schema of another release, and how statements name the tables in it."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Any

from holdfast.errors import SchemaMissing, SchemaTooNew


def require(present: int, newest: int, schema: str, label: str) -> None:
    """Raise unless a schema is the one that this release writes.

    Args:
        present: its version, 0 where there is none.
        newest: the version that this release writes.
        schema: its name.
        label: the database's address, secrets masked.

    Raises:
        SchemaMissing: it is older, or not there.
        SchemaTooNew: a newer release has migrated it.
    """
    refuse_newer(present, newest, schema, label)
    if present == 0:
        raise SchemaMissing(
            f"there is no schema {schema!r} in {label}; name the one that is there, or run `holdfast migrate`"
        )
    if present < newest:
        raise SchemaMissing(
            f"the schema {schema!r} of {label} is at version {present}, this release needs {newest};"
            " run `holdfast migrate`, or use the release that its engines run"
        )


def refuse_newer(present: int, newest: int, schema: str, label: str) -> None:
    """Raise `SchemaTooNew` where a newer release has migrated a schema; the arguments are those of `require`."""
    if present > newest:
        raise SchemaTooNew(
            f"the schema {schema!r} of {label} is at version {present}, but this release knows only {newest};"
            " upgrade holdfast"
        )


def named_statements(modules: tuple[ModuleType, ...], mark: str, schema: str) -> dict[str, Any]:
    """Return the statements that are the capitalised constants of some modules.

    Args:
        modules: where they stand.
        mark: what stands for the schema in them.
        schema: what to put there.
    """
    constants: Mapping[str, object] = {name: value for module in modules for name, value in vars(module).items()}
    return {
        name: text.replace(mark, schema).strip()
        for name, text in constants.items()
        if name.isupper() and isinstance(text, str)
    }
