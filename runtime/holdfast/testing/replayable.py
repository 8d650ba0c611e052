"""`assert_replayable`: proves for given arguments that a workflow goes the same way whenever and wherever it is resumed."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from holdfast.declare import Workflow, as_workflow
from holdfast.testing.attribution import Verdict, judge
from holdfast.testing.inputs import stand_in_result
from holdfast.testing.listing import listings
from holdfast.testing.recording import Recording, record, resume
from holdfast.testing.report import NotReplayable
from holdfast.testing.trace import Difference
from holdfast.testing.worlds.child import Place
from holdfast.testing.worlds.processes import PROCESSES, Seen, WorldEndless
from holdfast.testing.worlds.world import (
    AGAIN,
    ANOTHER,
    BASE,
    FORGETFUL,
    HASH_SEEDS,
    IMPORTED,
    ORDER,
    SWITCHED,
    World,
)


class UntestedWorlds(UserWarning):
    """Some worlds could not be tried, since the workflow cannot be imported in another process."""


class StepNotRepeatable(UserWarning):
    """A step failed when it ran again as after a crash; it runs at least once, so it should bear that."""


@dataclass(frozen=True)
class Proof:
    """What was tried, all of it without a difference.

    Attributes:
        workflow: its name.
        operations: how many durable operations it has with these arguments, children included.
        crashes: at how many moments it was let crash and resumed.
        worlds: the shifted worlds in which it was run again, in words.
    """

    workflow: str
    operations: int
    crashes: int
    worlds: tuple[str, ...]


def assert_replayable(
    workflow: Any,
    /,
    *args: Any,
    examples: Iterable[Sequence[Any]] | None = None,
    guard: bool = True,
    worlds: bool = True,
    stub_steps: bool = False,
    **kwargs: Any,
) -> Proof:
    """Fail unless a workflow replays: whatever crashes, and in whatever world it is resumed.

    It is run once, on a database in memory, with its steps as they are; then it crashes at every moment at which something
    became durable (so before and after the checkpoint of each effect) and is resumed by a fresh engine; then its code is
    run again in worlds that differ in one thing each, with the recorded results of its steps. Operations, arguments,
    order and the final value must be the same each time.

    Args:
        workflow: a declared workflow, sync or async, or a bound method that is one.
        args: its arguments.
        examples: several argument tuples instead; those of `@workflow(examples=…)` are used when there are neither.
        guard: let the guard look for hazards of the catalogue meanwhile.
        worlds: try the shifted worlds; without them only crashes in this process are tried.
        stub_steps: run no step; Hypothesis draws their results from their annotations.
        kwargs: its keyword arguments.

    Returns:
        What was tried; of the last of several examples.

    Raises:
        NotReplayable: a run went another way, or used a hazard; it names input, operation, line, rule and remedy.
        DoesNotEnd: it does not end with these arguments.
    """
    found, args = as_workflow(workflow, args)
    if examples is None and not args and not kwargs and found.examples:
        examples = found.examples
    if examples is None:
        return prove(found, args, kwargs, guard, worlds, stub_steps)
    if args or kwargs:
        raise TypeError(f"give `assert_replayable` either arguments of `{found.name}` or `examples`, not both")
    proof: Proof | None = None
    for example in examples:
        _, given = as_workflow(workflow, tuple(example))
        proof = prove(found, given, {}, guard, worlds, stub_steps)
    if proof is None:
        raise ValueError(f"`examples` of `{found.name}` is empty; give at least one argument tuple")
    return proof


def prove(
    workflow: Workflow[Any, Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    guard: bool = True,
    worlds: bool = True,
    stub_steps: bool = False,
) -> Proof:
    """Do what `assert_replayable` does, for one set of arguments."""
    recording = record(workflow, args, kwargs, guard, stand_in=stand_in_result if stub_steps else None)
    try:
        failure = examine(recording, (args, kwargs), worlds)
    finally:
        recording.close()
    for name, error in recording.notes.unrepeatable.items():
        warnings.warn(
            f"step `{name}` failed when it ran again after a crash: {error}; it runs at least once, so let it find out"
            " what it has done already",
            StepNotRepeatable,
            stacklevel=3,
        )
    if failure is not None:
        raise failure
    told = [] if not worlds else [world.told for each in _wanted(workflow).values() for world in each]
    if place_of(workflow) is None:
        told = []
    operations = sum(len(run.operations) for run in recording.runs.values())
    return Proof(workflow.name, operations, len(recording.moments), tuple(told))


def examine(recording: Recording, given: tuple[tuple[Any, ...], dict[str, Any]], worlds: bool) -> NotReplayable | None:
    """Resume a recorded workflow from every moment and in every world; return what is wrong, None when nothing is."""
    workflow = recording.workflow
    defined = f"{workflow.function.__code__.co_filename}:{workflow.function.__code__.co_firstlineno}"

    def failed(verdict: Verdict) -> NotReplayable:
        return NotReplayable(
            workflow.name, given, verdict.code, verdict.world, difference=verdict.difference, defined=defined
        )

    if recording.interceptions:
        seen = recording.interceptions[0]
        return NotReplayable(workflow.name, given, seen.code, "the first run", interception=seen)
    listed = _listing(recording)
    if listed is not None:
        return failed(listed)
    crashed: Verdict | None = None
    for moment in recording.moments:
        resumed = resume(recording, moment)
        if resumed is None:
            continue
        told = f"it crashed when {resumed.operations} operations were durable, and was resumed in the same process"
        if resumed.interceptions and not resumed.unwound:
            seen = resumed.interceptions[0]
            return NotReplayable(workflow.name, given, seen.code, told, interception=seen)
        if resumed.difference is not None:
            crashed = Verdict("", told, resumed.difference)
            break
    place = place_of(workflow)
    if worlds and place is not None:
        try:
            verdict = judge(_in_worlds(recording, place), recording, crashed)
        except WorldEndless as error:
            if crashed is None:
                raise
            crashed.world += f" ({error})"
            verdict = crashed
        return None if verdict is None else failed(verdict)
    if worlds:
        warnings.warn(
            f"workflow `{workflow.name}` is defined inside a function, so no other process can import it; move it to the"
            " module's level to have it tried in shifted worlds, or give `worlds=False`",
            UntestedWorlds,
            stacklevel=4,
        )
    return None if crashed is None else failed(crashed)


def _listing(recording: Recording) -> Verdict | None:
    """Return what a step gives otherwise when directories are listed in another order, if they are listed at all."""
    if not recording.moments:
        return None
    with listings(turned=False) as listed:
        again = resume(recording, recording.moments[0])
    if again is None or not listed.count:
        return None
    with listings(turned=True):
        turned = resume(recording, recording.moments[0])
    for (id, key), result in turned.results.items() if turned is not None else ():
        if (id, key) in again.results or result is None:
            continue  # it is another one each time, so the order of files is not the reason
        (step,) = (each for each in recording.runs[id].operations if each.key == key)
        difference = Difference(
            workflow=id, key=key, what="result", expected=step, found=msgspec.structs.replace(step, result=result)
        )
        return Verdict("DUR202", "directories are listed in the reverse order", difference)
    return None


def place_of(workflow: Workflow[Any, Any]) -> Place | None:
    """Return where another process finds the workflow's module; None when it is defined inside a function."""
    function = workflow.function
    if "<locals>" in function.__qualname__:
        return None
    module = sys.modules.get(function.__module__)
    path = getattr(module, "__file__", None) or function.__code__.co_filename
    if not path or not Path(path).is_file():
        return None
    name = function.__module__
    if name == "__main__":
        name = workflow.name.removesuffix(f".{function.__qualname__}")
    return Place(name, str(path), tuple(sys.path))


def _wanted(workflow: Workflow[Any, Any]) -> Mapping[tuple[str, int], Sequence[World]]:
    """Return the worlds to try, by process."""
    switched = [world for world in SWITCHED if workflow.is_async or world.dimension != ORDER]
    return {
        ("plain", 0): [BASE, AGAIN, *switched],
        ("ballast", 0): [ANOTHER],
        **{("plain", world.variant): [world] for world in HASH_SEEDS},
        ("import", 0): [IMPORTED],
    }


def _in_worlds(recording: Recording, place: Place) -> Seen:
    runs = list(recording.runs.values())
    found = PROCESSES.ask(_wanted(recording.workflow), [place], runs)
    if found.runs[AGAIN] != found.runs[BASE]:
        # The process that has run it, with its caches emptied: do they account for it?
        found.runs.update(PROCESSES.ask({("plain", 0): [FORGETFUL]}, [place], runs).runs)
    return found
