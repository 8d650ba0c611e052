"""The states of a workflow and the transitions between them: one table, from which every SQL `UPDATE` takes its guard."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a workflow stands; `terminal` states are never left without an explicit `resume`."""

    DELAYED = "delayed"
    QUEUED = "queued"
    RUNNING = "running"
    WAITING = "waiting"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    STUCK = "stuck"


FINISHED: Final = frozenset({State.SUCCEEDED, State.FAILED, State.CANCELLED})
"""States that `result()` answers from."""

OPEN: Final = frozenset({State.DELAYED, State.QUEUED, State.RUNNING, State.WAITING})
"""States of a workflow that will go on by itself."""

SETTLED: Final = FINISHED | {State.STUCK}
"""States in which nothing happens any more unless somebody asks for it."""

TRANSITIONS: Final[dict[str, tuple[frozenset[State], frozenset[State]]]] = {
    # operation: (states it may leave, states it may lead to)
    "promote": (frozenset({State.DELAYED, State.WAITING}), frozenset({State.QUEUED})),
    "claim": (frozenset({State.QUEUED}), frozenset({State.RUNNING})),
    "signal": (frozenset({State.WAITING}), frozenset({State.QUEUED})),
    "finish": (frozenset({State.RUNNING}), frozenset({State.SUCCEEDED, State.FAILED})),
    "suspend": (frozenset({State.RUNNING}), frozenset({State.WAITING})),
    "park": (frozenset({State.RUNNING}), frozenset({State.STUCK})),
    "release": (frozenset({State.RUNNING}), frozenset({State.QUEUED})),
    "take over": (frozenset({State.RUNNING}), frozenset({State.QUEUED, State.STUCK})),
    "cancel": (
        frozenset({State.DELAYED, State.QUEUED, State.RUNNING, State.WAITING, State.STUCK}),
        frozenset({State.CANCELLED}),
    ),
    "resume": (
        frozenset({State.STUCK, State.CANCELLED, State.FAILED, State.DELAYED, State.WAITING}),
        frozenset({State.QUEUED}),
    ),
}


def named_states(given: State | str | Iterable[State | str] | None) -> tuple[State, ...] | None:
    """Return the states that a filter names, by one or by several; None for any.

    Raises:
        ValueError: there is no such state.
    """
    if given is None:
        return None
    return tuple(State(each) for each in ([given] if isinstance(given, str) else given))


def leaving(operation: str) -> str:
    """Return the SQL list of the states that `operation` may leave: `('running', 'waiting')`."""
    return "(" + ", ".join(f"'{state}'" for state in sorted(TRANSITIONS[operation][0])) + ")"


def listed(states: frozenset[State]) -> str:
    """Return `states` as an SQL list."""
    return "(" + ", ".join(f"'{state}'" for state in sorted(states)) + ")"
