"""The plain data that passes between the engine and a store. Times are seconds since the epoch; payloads are bytes."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from holdfast.states import State

if TYPE_CHECKING:
    from holdfast.store.attachments import Attachment


class Start(Struct, gc=False):
    """A workflow to be created.

    Attributes:
        id: chosen by the caller or drawn at random.
        name: the registered name of its function.
        version: fingerprint of its code; None lets any executor that has the name run it.
        state: `running` when the creating engine runs it itself, else `queued` or `delayed`.
        executor: who runs it, when `running`.
        delay: seconds until it may run, when `delayed`.
        seed: feeds its randomness; the id, unless forked.
        output: encoded result, when its end is already known as it is created.
        partition: of its queue, "" for none.
        deduplication: among the workflows of its queue that have not ended, only one has this key.
        deadline: seconds until it is cancelled unless it has ended.
    """

    id: str
    name: str
    version: str | None
    state: State
    queue: str
    priority: int
    input: bytes
    digest: bytes
    executor: str | None
    epoch: int
    created: float
    seed: str
    delay: float | None = None
    parent: str | None = None
    output: bytes | None = None
    error: bytes | None = None
    reason: str | None = None
    finished: bool = False
    partition: str = ""
    deduplication: str | None = None
    deadline: float | None = None


NO_RESULT: Final = b"null"
"""The result of an operation that gives nothing, as it is recorded, whichever codec there is: it hides nothing."""


class Checkpoint(Struct, gc=False):
    """One durable operation of a workflow, as it is recorded.

    Attributes:
        key: branch path and counter, see `holdfast.journal.keys`.
        kind: `step`, `transaction`, `sleep`, `child`, …
        name: what was called.
        digest: of the arguments.
        result: encoded result, `NO_RESULT` without one, None when `error` is set.
        error: encoded exception.
        attempts: how often it was tried.
        source: `file:line` of the call in workflow code.
        delay: seconds until `due`, for timers; the database adds it to its own clock.
        due: seconds from the moment of loading until the timer is due, as the database's clock has it; only when read.
    """

    key: str
    kind: str
    name: str
    digest: bytes
    result: bytes | None
    error: bytes | None
    started: float
    finished: float
    attempts: int = 1
    source: str = ""
    delay: float | None = None
    due: float | None = None

    @property
    def is_cut(self) -> bool:
        """Whether the workflow's own code cancelled it: there is neither a result nor an error."""
        return self.result is None and self.error is None


class Turn(Struct, gc=False):
    """A change of a running workflow's state by its owner.

    Attributes:
        state: the new state.
        delay: seconds until it may be claimed again, None for never (a signal must come).
        parent: the workflow to signal, when this one is finished.
        signals: how many signals the owner has seen; suspension is refused when another has come since.
        input: new encoded arguments, for a run that continues as new: its checkpoints are dropped.
        seed: the new run's seed, with `input`.
    """

    state: State
    output: bytes | None = None
    error: bytes | None = None
    reason: str | None = None
    delay: float | None = None
    parent: str | None = None
    signals: int | None = None
    input: bytes | None = None
    seed: str | None = None


class Entry(Struct, gc=False):
    """What one ticket asks the committer to make durable, atomically: at most one of each."""

    workflow: str
    epoch: int
    start: Start | None = None
    checkpoint: Checkpoint | None = None
    turn: Turn | None = None
    attachment: Attachment | None = None  # comes with a checkpoint


class Outcome(Enum):
    """What became of an `Entry`."""

    DONE = "done"
    EXISTS = "exists"  # a `Start` found its id in use
    LOST = "lost"  # the epoch is no longer ours, or the state was left
    SIGNALLED = "signalled"  # a suspension was refused, since a signal has come; nothing of the entry was written
    REFUSED = "refused"  # a `Message` has no recipient; nothing of the entry was written


class Claimed(Struct):
    """A workflow that this executor now owns."""

    id: str
    name: str
    version: str | None
    epoch: int
    attempts: int
    signals: int
    input: bytes
    seed: str
    parent: str | None
    created: float


class Row(Struct):
    """A workflow as it stands in the database."""

    id: str
    name: str
    version: str | None
    state: State
    queue: str
    priority: int
    executor: str | None
    epoch: int
    attempts: int
    signals: int
    input: bytes
    digest: bytes
    output: bytes | None
    error: bytes | None
    reason: str | None
    parent: str | None
    seed: str
    created: float
    started: float | None
    finished: float | None
    ready: float | None
    partition: str = ""
    deadline: float | None = None


class Beat(Struct):
    """What a heartbeat learns.

    Attributes:
        now: the database's clock.
        late: the lease had run out before this heartbeat, so others may have taken work over.
        peers_expired: executors whose lease has run out and that still own workflows.
    """

    now: float
    late: bool
    peers_expired: bool


class Due(Struct):
    """What `promote` did and found.

    Attributes:
        count: how many workflows were queued.
        following: seconds until something is due next, be it a timer, a deadline or a schedule; 0 when more is due
            already, None when nothing is.
        overdue: workflows whose deadline has passed; they are still to be cancelled.
        queues: the names of all that have limits.
        ready: those where something waits to be claimed.
        scheduled: whether a tick of a schedule is due.
    """

    count: int
    following: float | None
    overdue: list[str]
    queues: list[str]
    ready: list[str]
    scheduled: bool


class Selection(Struct):
    """Which workflows a listing asks for; None means any.

    Attributes:
        open_since: that had not ended at this time, or have begun since.
        older_than: that come after this (created, id) when the newest are first: where the last listing ended.
    """

    states: tuple[State, ...] | None = None
    name: str | None = None
    queue: str | None = None
    parent: str | None = None
    prefix: str | None = None
    created_after: float | None = None
    created_before: float | None = None
    open_since: float | None = None
    older_than: tuple[float, str] | None = None
    limit: int = 100
    offset: int = 0
    newest_first: bool = True
