"""Finding one workflow by its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast.errors import UnknownWorkflow

if TYPE_CHECKING:
    from holdfast.engine.core import Core
    from holdfast.store.records import Row


def row_of(core: Core, id: str) -> Row:
    """Return the workflow `id` as it stands in the database; raise `UnknownWorkflow` when there is none."""
    row = core.row(id)
    if row is None:
        raise no_workflow(id, core.store.label)
    return row


def no_workflow(id: str, label: str) -> UnknownWorkflow:
    """Return the error that says that no workflow has an id in the database that is called `label`."""
    return UnknownWorkflow(f"no workflow has the id {id!r} in {label}")
