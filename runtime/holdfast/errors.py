"""What Holdfast raises. Each message names the value, the place and the remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast.guard.interception import Interception


class HoldfastError(Exception):
    """The base of every error that Holdfast raises on purpose."""


class NoEngine(HoldfastError):
    """A durable call was made where no engine is running."""


class EngineClosed(HoldfastError):
    """The engine was closed, or was never launched."""


class NotAWorkflow(HoldfastError):
    """The object given is not a declared workflow, or its shape cannot be run durably."""


class NotChecked(HoldfastError):
    """A workflow's code is not the code that `holdfast check` has seen, or broke a rule when it was checked."""


class UnknownWorkflow(HoldfastError):
    """No workflow has the given id, or no code is registered under its name."""


class UnknownSchedule(HoldfastError):
    """No schedule of the given name exists."""


class UnknownQueue(HoldfastError):
    """No queue of the given name was declared."""


class InvalidId(HoldfastError, ValueError):
    """A workflow id that cannot be stored: empty, too long, or with a NUL character."""


class WorkflowConflict(HoldfastError):
    """The id is in use by another function or with other arguments."""


class WorkflowCancelled(HoldfastError):
    """The workflow was cancelled."""


class WorkflowFailed(HoldfastError):
    """The workflow failed and its error could not be read back."""


class WorkflowStuck(HoldfastError):
    """The workflow is parked: replay differs, attempts are used up, or its arguments no longer decode.

    Attributes:
        difference: the readable reason.
    """

    def __init__(self, message: str, difference: str = "") -> None:
        super().__init__(message)
        self.difference = difference or message


class Undeliverable(HoldfastError):
    """A message was sent to a workflow that has ended."""


class NoValue(HoldfastError, LookupError):
    """A workflow has ended without publishing the value that was waited for."""


class IllegalTransition(HoldfastError):
    """The workflow is in a state that the asked-for operation may not leave."""


class OutsideWorkflow(HoldfastError):
    """A function that only works in workflow code was called elsewhere."""


class StepTimeout(HoldfastError, TimeoutError):
    """A step did not return within its timeout."""


class StoreUnavailable(HoldfastError):
    """The database cannot be reached or refuses work for now; nothing recorded is lost."""


class SchemaTooNew(HoldfastError):
    """The database's schema was written by a newer release than this one."""


class SchemaMissing(HoldfastError):
    """The database has no Holdfast schema, or an older one, and may not be migrated at launch."""


class _ControlSignal(BaseException):
    """Unwinds workflow code. Not an `Exception`, so that `except Exception` in user code cannot swallow it."""


class Diverged(_ControlSignal):
    """Replay found a difference between the code and the journal; carries the readable text."""


class GuardedHazard(Diverged):
    """The guard saw workflow code use a hazard; carried like a difference, so the workflow is parked as stuck.

    Attributes:
        interception: what it saw.
    """

    def __init__(self, interception: Interception) -> None:
        super().__init__(str(interception))
        self.interception = interception


class Suspended(_ControlSignal):
    """The workflow waits for long and gives up its thread and its memory."""


class Released(_ControlSignal):
    """The engine drains: the workflow is handed back for any executor to go on with."""


class Fenced(_ControlSignal):
    """This execution no longer owns the workflow: it was taken over, cancelled, or finished elsewhere."""


class ContinuedAsNew(_ControlSignal):
    """The workflow starts afresh with new arguments and an empty journal.

    Attributes:
        args: positional arguments of the new run.
        kwargs: keyword arguments of the new run.
    """

    def __init__(self, args: tuple[object, ...], kwargs: dict[str, object]) -> None:
        super().__init__()
        self.arguments = (args, kwargs)
