"""Workflows that workflow code starts: each has its own row and journal, and its result is a record of the parent's."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from holdfast import values
from holdfast.declare import Workflow, as_workflow
from holdfast.engine.beginning import creating, hand_over
from holdfast.engine.handle import Handle, outcome
from holdfast.engine.ids import check_id
from holdfast.engine.placement import Placement, Wanted, placed
from holdfast.errors import EngineClosed, Released, UnknownQueue, WorkflowConflict
from holdfast.execution.effects import Both, Completed, Durable, Operation
from holdfast.execution.naming import child_id
from holdfast.execution.operations import LOOK_AGAIN, Told, ask, keep_error, keep_result, replayed, rest, settle
from holdfast.execution.scope import Branch, scope
from holdfast.states import FINISHED, State
from holdfast.store.records import NO_RESULT, Checkpoint, Entry, Outcome, Row

if TYPE_CHECKING:
    from holdfast.engine.core import Core
    from holdfast.execution.execution import Execution


_SOON: Final = 1.0
"""The least seconds between looks at a workflow that is another's child."""


def child(
    branch: Branch, workflow: Workflow[Any, Any], args: tuple[Any, ...], kwargs: dict[str, Any], source: str
) -> Operation[Any]:
    """Start a child, run it in the caller's own thread or task, and record its result."""
    execution = branch.execution
    core = execution.engine
    signature = workflow.signature
    given = signature.encode(args, kwargs)
    digest = values.digest(given)
    key, found = execution.recall(branch, "workflow", workflow.name, digest, source)
    if found is not None:
        return (yield from replayed(execution, found, signature.result, workflow.label))
    id = child_id(execution.id, execution.seed, key)
    began = core.time()
    running, start = core.begin(workflow, id, core.seal(given), digest, parent=execution.id, inline=True)
    with _goes_on_elsewhere(execution):
        core.enter(running, always=True)
        try:
            created = yield Durable(core.committer, core.committer.submit(Entry(id, 1, start=start)))
        except BaseException:
            core.leave(running)
            raise
    try:
        if created is Outcome.DONE:
            sealed = start.input
            end = yield Both(
                lambda: core.run(running, lambda: signature.decode(core.unseal(sealed))),
                lambda: core.run_async(running, lambda: signature.decode(core.unseal(sealed))),
            )
            if end.state in (State.SUCCEEDED, State.FAILED):
                result = outcome(id, end.state, end.result, end.error, end.reason)
            else:
                result = yield from child_end(branch, id)
        else:
            core.leave(running)
            yield from ask(execution, core.same, id, workflow.name, digest)
            result = yield from child_end(branch, id)
    except Exception as error:
        raised = error
    else:
        keep_result(branch, key, workflow, signature, digest, result, began, 1, source)
        return result
    raise keep_error(branch, key, workflow, digest, raised, began, 1, source)


@contextmanager
def _goes_on_elsewhere(execution: Execution) -> Iterator[None]:
    """Hand the workflow back where the engine closes just now: that is no error of its code."""
    try:
        yield
    except EngineClosed as error:
        raise execution.close(Released(f"the engine hands workflow {execution.id!r} back")) from error


def child_end(branch: Branch, id: str) -> Operation[Any]:
    """Wait for the end of a child, or of another's, suspending if it takes long; give its result.

    One that is stuck may yet be mended.
    """
    execution = branch.execution
    core = execution.engine
    completion = core.waits.completion(id)
    while True:
        settled = yield from ask(execution, core.waits.look, completion)
        if settled is not None and settled.state in FINISHED:
            return outcome(id, *settled)
        if settled is None:
            core.pulse.watch()
            if (yield Completed(completion, core.suspend_after)):
                continue
        if execution.closing is not None:
            raise execution.closing
        row = yield from ask(execution, core.row, id)
        if row is None or row.state not in FINISHED:
            is_own = row is not None and row.parent == execution.id
            yield from rest(branch, None if is_own else time.monotonic() + _look_in(core, row))


def _look_in(core: Core, row: Row | None) -> float:
    """Return the seconds after which to look at another's child again: its end is a signal to its parent alone."""
    age = LOOK_AGAIN if row is None else core.time() - row.created
    return min(LOOK_AGAIN, max(_SOON, age / 10))


def begin_child(
    branch: Branch,
    function: Any,
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    id: str | None,
    wanted: Wanted,
    source: str,
) -> Operation[Handle[Any]]:
    """Start a child that runs by itself; give its handle, or that of the workflow that a deduplication finds."""
    function, args = as_workflow(function, args)
    execution = branch.execution
    core = execution.engine
    given = function.signature.encode(args, kwargs)
    id = None if id is None else check_id(id)
    wanted.check()
    digest = values.digest(given)
    asked = wanted.identity()
    named = values.digest(digest + (id or "").encode() + asked)
    key, recorded = execution.recall(branch, "start", function.name, named, source)
    own = id or child_id(execution.id, execution.seed, key)
    if recorded is not None:
        started = (yield from replayed(execution, recorded, str | None, "a start")) or own
        return _handle(core, function, own, started)
    began = core.time()
    running, start = core.begin(function, own, core.seal(given), digest, parent=execution.id)
    try:
        with _goes_on_elsewhere(execution):
            placement = (yield from ask(execution, placed, core, wanted)) if asked else None
            entered = running if placement is None and core.enter(running) else None
            if entered is None:
                (placement or Placement()).apply(start)
            started, created = yield from creating(core, entered, start, partial(ask, execution))
    except (UnknownQueue, WorkflowConflict, ValueError) as error:
        refused = error
    else:
        if created:
            hand_over(core, entered, start)
        other = NO_RESULT if started == own else core.seal(values.encode(started, str, where="the id of a start"))
        execution.record(
            branch, Checkpoint(key, "start", function.name, named, other, None, began, core.time(), 1, source)
        )
        return _handle(core, function, own, started)
    if execution.closing is not None:
        raise execution.closing
    raise keep_error(branch, key, Told("start", function.name), named, refused, began, 1, source)


def _handle(core: Core, function: Workflow[Any, Any], own: str, started: str) -> Handle[Any]:
    """Return the handle of a start; another workflow than its own may be another function's."""
    return Handle(core, started, core.waits.completion(started), function.signature.result if started == own else None)


def result_of(branch: Branch, handle: Handle[Any], source: str) -> Operation[Any]:
    """Wait for a workflow's end as an operation of its own; give its result."""
    execution = branch.execution
    core = execution.engine
    id = handle.id
    digest = values.digest(id.encode())
    key, found = execution.recall(branch, "result", "result", digest, source)
    annotation = handle.annotation
    if annotation is None:  # only a handle that the workflow did not get from `start` does not know
        annotation = core.result_type((yield from ask(execution, core.name_of, id)))
    if found is not None:
        return (yield from replayed(execution, found, annotation, f"workflow {id!r}"))
    yield from settle(execution)
    began = core.time()
    try:
        result = yield from child_end(branch, id)
        data = core.seal(values.encode(result, annotation, where=f"the result of workflow {id!r}"))
    except Exception as error:
        raised = error
    else:
        now = core.time()
        execution.record(branch, Checkpoint(key, "result", "result", digest, data, None, began, now, 1, source))
        return result
    raise keep_error(branch, key, _RESULT, digest, raised, began, 1, source)


_RESULT: Final = Told("result", "result")


def child_result(core: Core, handle: Handle[Any], source: str) -> Operation[Any] | None:
    """Return the operation that waits for `handle` in workflow code, None elsewhere."""
    branch = scope.get()
    if type(branch) is not Branch or branch.execution.engine is not core:
        return None
    return result_of(branch, handle, source)
