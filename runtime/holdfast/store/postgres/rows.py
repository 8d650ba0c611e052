"""From the rows of Postgres' statements to the records of the port."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from holdfast.states import State
from holdfast.store.records import Row


def read_row(row: Sequence[Any]) -> Row:
    """Return a row of `ROWS` or `SELECT`."""
    id, name, version, state, *others = row
    return Row(id, name, version, State(state), *others)
