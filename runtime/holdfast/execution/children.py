"""Workflows that workflow code starts: each has its own row and journal, and its result is a record of the parent's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast import values
from holdfast.declare import Workflow, as_workflow
from holdfast.engine.handle import Handle, outcome
from holdfast.engine.placement import Placement
from holdfast.execution.effects import Both, Completed, Durable, Operation
from holdfast.execution.naming import child_id
from holdfast.execution.operations import ask, keep_error, keep_result, replayed, rest, settle
from holdfast.execution.scope import Branch, scope
from holdfast.states import FINISHED, State
from holdfast.store.records import Checkpoint, Entry, Outcome

if TYPE_CHECKING:
    from holdfast.engine.core import Core


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


def child_end(branch: Branch, id: str) -> Operation[Any]:
    """Wait for a child's end, suspending if it takes long; give its result. One that is stuck may yet be mended."""
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
            yield from rest(branch, None)


def begin_child(
    branch: Branch, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any], id: str | None, source: str
) -> Operation[Handle[Any]]:
    """Start a child that runs by itself; give its handle."""
    function, args = as_workflow(function, args)
    execution = branch.execution
    core = execution.engine
    given = function.signature.encode(args, kwargs)
    digest = values.digest(given)
    named = values.digest(digest + (id or "").encode())
    key, found = execution.recall(branch, "start", function.name, named, source)
    id = id or child_id(execution.id, execution.seed, key)
    _, data, _ = core.prepare(function, args, kwargs, id)
    completion = core.waits.completion(id)
    if found is not None:
        if found.is_cut:
            yield from replayed(execution, found, None, "a start")
        return Handle(core, id, completion, function.signature.result)
    began = core.time()
    running, start = core.begin(function, id, data, digest, parent=execution.id)
    entered = core.enter(running)
    if not entered:
        Placement().apply(start)
    try:
        created = yield Durable(core.committer, core.committer.submit(Entry(id, start.epoch, start=start)))
    except BaseException:
        if entered:
            core.leave(running)
        raise
    if created is not Outcome.DONE:
        if entered:
            core.leave(running)
        yield from ask(execution, core.same, id, function.name, digest)
    elif entered:
        signature = function.signature
        core.dispatch(running, lambda: signature.decode(core.unseal(data)))
    else:
        core.pulse.wake()
    now = core.time()
    checkpoint = Checkpoint(key, "start", function.name, named, b"null", None, began, now, 1, source)
    execution.record(branch, checkpoint)
    return Handle(core, id, completion, function.signature.result)


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


class _Result:
    kind = "result"
    name = "result"


_RESULT: Any = _Result()


def child_result(core: Core, handle: Handle[Any], source: str) -> Operation[Any] | None:
    """Return the operation that waits for `handle` in workflow code, None elsewhere."""
    branch = scope.get()
    if type(branch) is not Branch or branch.execution.engine is not core:
        return None
    return result_of(branch, handle, source)
