"""The parameters of the statements that both databases have, by the names that the statements give them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from holdfast.store.records import Checkpoint, Selection

Array = Callable[[Sequence[str]], Any]
"""Makes a parameter of texts, as the database takes several at once."""

_ATTEMPTS_USED_UP: Final = "its executor died again and again; find out why, then `resume` it"


def checkpoint_parameters(owner: tuple[str, int], checkpoint: Checkpoint) -> dict[str, Any]:
    """Return those of the statement that writes a checkpoint of `owner`, a workflow's id and epoch."""
    return {
        "workflow": owner[0],
        "epoch": owner[1],
        "key": checkpoint.key,
        "kind": checkpoint.kind,
        "name": checkpoint.name,
        "digest": checkpoint.digest,
        "result": checkpoint.result,
        "error": checkpoint.error,
        "attempts": checkpoint.attempts,
        "source": checkpoint.source,
        "started": checkpoint.started,
        "finished": checkpoint.finished,
        "delay": checkpoint.delay,
    }


def claim_parameters(
    array: Array,
    executor: str,
    queue: str,
    names: Sequence[str],
    versions: Sequence[str],
    any_version: bool,
    most: int,
) -> dict[str, Any]:
    """Return those of the statements that claim; see `Store.claim`."""
    return {
        "executor": executor,
        "queue": queue,
        "names": array(names),
        "versions": array(versions),
        "any": any_version,
        "most": most,
    }


def take_over_parameters(most_attempts: int) -> dict[str, Any]:
    """Return those of the statement that takes the work of dead executors over; see `Store.take_over`."""
    return {"most": most_attempts, "reason": _ATTEMPTS_USED_UP}


def selection_parameters(array: Array, selection: Selection) -> dict[str, Any]:
    """Return those of the statement that lists workflows."""
    return {
        "states": None if selection.states is None else array([str(state) for state in selection.states]),
        "name": selection.name,
        "queue": selection.queue,
        "parent": selection.parent,
        "prefix": selection.prefix,
        "after": selection.created_after,
        "before": selection.created_before,
        "open_since": selection.open_since,
        "older": None if selection.older_than is None else selection.older_than[0],
        "older_id": None if selection.older_than is None else selection.older_than[1],
        "limit": selection.limit,
        "offset": selection.offset,
    }
