"""Which rule a difference breaks: told by the world in which it shows, where that is shifted in one dimension only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holdfast.testing.recording import Recording
from holdfast.testing.trace import Difference, Run, compare
from holdfast.testing.worlds.processes import Seen
from holdfast.testing.worlds.world import (
    AGAIN,
    ANOTHER,
    BASE,
    FORGETFUL,
    HASH_SEEDS,
    IMPORTED,
    ORDER,
    SWITCHED,
    VALUES,
    World,
)


@dataclass
class Verdict:
    """A difference and its account.

    Attributes:
        code: of the rule; "" where none accounts for it.
        world: where it showed, in words.
        difference: the first one.
    """

    code: str
    world: str
    difference: Difference


Runs = Sequence[Run]


def first_difference(expected: Runs, found: Runs) -> Difference | None:
    """Return the first difference between the runs of a workflow and its children in two worlds."""
    for one, other in zip(expected, found, strict=True):
        difference = compare(one, other)
        if difference is not None:
            return difference
    return None


def judge(seen: Seen, recording: Recording, crashed: Verdict | None) -> Verdict | None:
    """Say what differs between worlds, and which rule that breaks.

    Args:
        seen: the runs in each world.
        recording: the first run, in the test's own process.
        crashed: what a resumed run in that process found different, if one did; its account is sought here.
    """
    found = seen.runs
    base = found[BASE]
    if seen.changed:
        name, was, now = seen.changed[0]
        state = Difference(
            workflow="", key="", what="state", expected_end=f"`{name}` is {was}", found_end=f"it is {now}"
        )
        return Verdict("DUR401", "another run in the same process meets what the first one left behind", state)
    verdict = _within(found, base, recording.workflow.is_async) or _between(found, base, recording.workflow.is_async)
    if verdict is not None:
        return verdict
    former = list(recording.runs.values())
    difference = first_difference(former, base)
    if crashed is None and difference is None:
        return None
    shows = crashed.difference if crashed is not None else difference
    assert shows is not None
    told = crashed.world if crashed is not None else "steps give what is recorded, and their bodies do not run"
    return Verdict(_code_of_bodies(recording, shows, difference), told, shows)


def _within(found: Mapping[World, Runs], base: Runs, is_async: bool) -> Verdict | None:
    """Return what one run leaves behind in its process that another one meets there."""
    difference = first_difference(base, found[AGAIN])
    if difference is None:
        return None
    if first_difference(base, found.get(ANOTHER, base)) is not None and not _keeps(difference):
        return None  # it differs everywhere, so it is not what the process keeps
    if FORGETFUL in found and first_difference(base, found[FORGETFUL]) is None:
        return Verdict(FORGETFUL.code, AGAIN.told, difference)
    # Which task ends first is chance: on a busy machine it may differ in any two runs, and alike in two others.
    code = "DUR203" if is_async and _orders_differ(found, base) else AGAIN.code
    return Verdict(code, AGAIN.told, difference)


def _keeps(difference: Difference) -> bool:
    return difference.what in ("missing", "operation")


def _between(found: Mapping[World, Runs], base: Runs, is_async: bool) -> Verdict | None:
    for world in (ANOTHER, *SWITCHED, *HASH_SEEDS, IMPORTED):
        if world not in found:
            continue
        difference = first_difference(base, found[world])
        if difference is None:
            continue
        if is_async and world == ANOTHER and _orders_differ(found, base):
            return Verdict("DUR203", world.told, difference)
        return Verdict(code_in(world, difference), world.told, difference)
    return None


def _orders_differ(found: Mapping[World, Runs], base: Runs) -> bool:
    return any(first_difference(base, runs) is not None for world, runs in found.items() if world.dimension == ORDER)


def code_in(world: World, difference: Difference) -> str:
    """Return the rule that a difference in a world shifted in one dimension breaks.

    A value that decides which operations there are is a tainted branch, one in a child's id an unstable name; their
    sources were passed by the guard, since they are suppressed, or it was off.
    """
    if world.dimension in VALUES:
        if difference.what in ("operation", "missing", "extra") and not difference.raised:
            return "DUR502"
        asked = difference.found
        if difference.what == "arguments" and asked is not None and asked.kind == "start":
            return "DUR501"
    return world.code


def _code_of_bodies(recording: Recording, shows: Difference, fresh: Difference | None) -> str:
    """Return the rule for what differs although no world accounts for it: it goes by what ran in the process before."""
    if recording.workflow.is_async and ("." in shows.key or (fresh is not None and "." in fresh.key)):
        return "DUR203"
    if fresh is None:
        return ""
    return "DUR404" if recording.notes.changed else "DUR403"
