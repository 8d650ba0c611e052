"""Between the records of the port and the parameters and rows of SQLite's statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from holdfast.states import State
from holdfast.store.records import Row, Start, Turn


def turn_parameters(owner: tuple[str, int], turn: Turn) -> dict[str, Any]:
    return {
        "workflow": owner[0],
        "epoch": owner[1],
        "state": str(turn.state),
        "output": turn.output,
        "error": turn.error,
        "reason": turn.reason,
        "delay": 0.0 if turn.state is State.QUEUED else turn.delay,
        "signals": turn.signals,
        "input": turn.input,
        "seed": turn.seed,
    }


def start_parameters(start: Start) -> dict[str, Any]:
    return {
        "id": start.id,
        "epoch": start.epoch,
        "name": start.name,
        "version": start.version,
        "state": str(start.state),
        "queue": start.queue,
        "priority": start.priority,
        "delay": start.delay,
        "executor": start.executor,
        "input": start.input,
        "digest": start.digest,
        "output": start.output,
        "error": start.error,
        "reason": start.reason,
        "parent": start.parent,
        "seed": start.seed,
        "created": start.created,
        "partition": start.partition,
        "deduplication": start.deduplication,
        "deadline": start.deadline,
    }


def read_row(row: Sequence[Any]) -> Row:
    id, name, version, state, *others = row
    return Row(id, name, version, State(state), *others)
