"""Runs workflows under a guard and says what it saw."""

from typing import Any

from holdfast import Engine
from holdfast.guard import Guard, Interception


def watched(workflow: Any, *args: Any, thorough: bool = False, guard: Guard | None = None) -> list[Interception]:
    """Return what a guard in mode `warn` sees of one run, which must succeed."""
    found: list[Interception] = []
    guard = guard or Guard("warn", report=found.append, thorough=thorough)
    with Engine("sqlite:///:memory:", guard=guard) as engine:
        engine.run(workflow, *args)
    return found or list(guard.seen)


def seen(workflow: Any, *args: Any, **options: Any) -> set[tuple[str, str]]:
    """Return code and hazard of each interception of one run."""
    return {(each.code, each.hazard) for each in watched(workflow, *args, **options)}
