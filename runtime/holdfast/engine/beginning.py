"""How a workflow begins: here, on any executor, or on the caller's own thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from holdfast import values
from holdfast.declare import Workflow
from holdfast.engine.core import Core
from holdfast.engine.handle import Handle, outcome
from holdfast.engine.ids import check_id, draw_id
from holdfast.engine.placement import Placement
from holdfast.errors import OutsideWorkflow
from holdfast.execution.effects import Blocking, Both, Completed, Durable, Operation, drive
from holdfast.execution.scope import Branch, scope
from holdfast.states import State
from holdfast.store.records import Entry, Outcome, Start

if TYPE_CHECKING:
    from holdfast.execution.execution import Execution


@dataclass(slots=True)
class Call:
    """A workflow that somebody asks for.

    Attributes:
        placement: where it waits for any executor to claim it; None to run it here.
    """

    workflow: Workflow[Any, Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    id: str | None = None
    placement: Placement | None = None


def started(core: Core, call: Call) -> Handle[Any]:
    """Start a workflow from a thread; return once it is durable."""
    _refuse_inside(call)
    return drive(beginning(core, call))


def _refuse_inside(call: Call) -> None:
    if type(scope.get()) is Branch:
        raise OutsideWorkflow(
            f"`{call.workflow.name}` was started through an engine in workflow code, where a replay would start it"
            " again; use `holdfast.start(…)`"
        )


def beginning(core: Core, call: Call) -> Operation[Handle[Any]]:
    """Create the workflow, and run it in the background if a slot is free."""
    workflow = call.workflow
    id, data, digest = core.prepare(workflow, call.args, call.kwargs, call.id)
    completion = core.waits.completion(id)
    execution, start = core.begin(workflow, id, data, digest)
    entered = call.placement is None and core.enter(execution)
    if not entered:
        (call.placement or Placement()).apply(start)
    found, created = yield from creating(core, execution if entered else None, start, _looking)
    if created:
        hand_over(core, execution if entered else None, start)
    return Handle(core, found, completion if found == id else core.waits.completion(found))


def creating(
    core: Core, entered: Execution | None, start: Start, looking: Callable[..., Operation[str | None]]
) -> Operation[tuple[str, bool]]:
    """Make a workflow durable.

    Args:
        core: of the engine that starts it.
        entered: its run, where that has a slot here; the slot is given back unless the workflow is created.
        start: the row.
        looking: gives the operation that calls a function which asks the database.

    Returns:
        The id of the workflow that is there then, be it another one in its place, and whether it was created now.
    """
    while True:
        try:
            outcome = yield Durable(core.committer, core.committer.submit(Entry(start.id, start.epoch, start=start)))
        except BaseException:
            if entered is not None:
                core.leave(entered)
            raise
        if outcome is Outcome.DONE:
            return start.id, True
        if entered is not None:
            core.leave(entered)
        found = yield from looking(in_its_place, core, start)
        if found is not None:
            return found, False


def _looking(question: Callable[..., str | None], *args: Any) -> Operation[str | None]:
    found: str | None = yield Blocking(question, *args)
    return found


def hand_over(core: Core, entered: Execution | None, start: Start) -> None:
    """Let a workflow that was created run: in the slot that it has, or wherever one is free."""
    if entered is not None:
        core.dispatch(entered, lambda: entered.workflow.signature.decode(core.unseal(start.input)))
    else:
        look_for(core, start)


def in_its_place(core: Core, start: Start) -> str | None:
    """Return the workflow that kept `start` from being created; None when that has ended meanwhile: try again.

    Raises:
        WorkflowConflict: the id is another workflow's.
    """
    if start.deduplication is not None and core.row(start.id) is None:
        return core.store.queues.holder(start.queue, start.deduplication)
    core.same(start.id, start.name, start.digest)
    return start.id


def look_for(core: Core, start: Start) -> None:
    """Let this executor see to a workflow that was enqueued here, when it may begin and when it must have ended."""
    if start.deadline is not None:
        core.pulse.expect(start.deadline)
    if start.state is State.DELAYED:
        core.pulse.expect(start.delay or 0.0)
    else:
        core.pulse.wake()


def start_here(core: Core, call: Call) -> Operation[Any]:
    """Start a workflow, run it in the caller's thread or task, and give its result."""
    _refuse_inside(call)
    workflow = call.workflow
    id, data, digest = core.prepare(workflow, call.args, call.kwargs, call.id)
    execution, start = core.begin(workflow, id, data, digest)
    core.enter(execution, always=True)
    ticket = core.committer.submit(Entry(id, start.epoch, start=start))
    if call.id is not None:
        # Somebody else may use the id too, so it must be ours before anything happens. An id of our own drawing shares
        # the commit of the first checkpoint: until then nobody knows of the workflow.
        try:
            result = yield Durable(core.committer, ticket)
        except BaseException:
            core.leave(execution)
            raise
        if result is not Outcome.DONE:
            core.leave(execution)
            yield Both(
                lambda: core.same(id, workflow.name, digest),
                lambda: core.in_thread(core.same, id, workflow.name, digest),
            )
            return (yield from awaited(core, id))
    else:
        execution.born = ticket

    def arguments() -> tuple[list[Any], dict[str, Any]]:
        return workflow.signature.decode(core.unseal(data))

    if workflow.is_async:
        completion = core.waits.completion(id)
        with completion:  # before it can end here without being settled: then others must be asked
            core.dispatch(execution, arguments)
            settled = None
            while settled is None:
                settled = yield Completed(completion, None)
        return outcome(id, *settled)
    end = yield Both(lambda: core.run(execution, arguments), lambda: core.in_thread(core.run, execution, arguments))
    if end.state in (State.SUCCEEDED, State.FAILED, State.STUCK):
        return outcome(id, end.state, end.result, end.error, end.reason)
    return (yield from awaited(core, id))


def awaited(core: Core, id: str) -> Operation[Any]:
    """Wait for a workflow that runs elsewhere or later, and give its result."""
    completion = core.waits.completion(id)
    settled = yield Both(lambda: core.waits.wait(completion, None), lambda: core.waits.wait_async(completion))
    return outcome(id, *settled)


def enqueued_by_name(core: Core, name: str, args: tuple[Any, ...], id: str | None, placement: Placement) -> Handle[Any]:
    """Enqueue a workflow whose code is not at hand; any version of it may run."""
    parts = [
        values.encode(value, Any, where=f"argument {number} of workflow `{name}`") for number, value in enumerate(args)
    ]
    given = b"[" + b",".join(parts) + b"]"
    digest = values.digest(given)
    core.require_open()
    chosen = check_id(id) if id is not None else draw_id()
    start = Start(
        id=chosen,
        name=name,
        version=None,
        state=State.QUEUED,
        queue=placement.queue,
        priority=placement.priority,
        input=core.seal(given),
        digest=digest,
        executor=None,
        epoch=0,
        created=core.time(),
        seed=chosen,
    )
    placement.apply(start)
    completion = core.waits.completion(chosen)
    while core.committer.wait(core.committer.submit(Entry(chosen, 0, start=start))) is not Outcome.DONE:
        found = in_its_place(core, start)
        if found is not None:
            return Handle(core, found, completion if found == chosen else core.waits.completion(found))
    return Handle(core, chosen, completion)
