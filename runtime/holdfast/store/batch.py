"""Turns a committer's entries into the rows of one transaction, and a transaction's answer into outcomes. Pure."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence

from msgspec import Struct, field

from holdfast.states import FINISHED, State
from holdfast.store.records import Checkpoint, Entry, Outcome, Row, Start, Turn

Owner = tuple[str, int]
"""A workflow's id and the epoch under which somebody owns it."""


class Batch(Struct):
    """The rows to write.

    Attributes:
        starts: rows to insert; a turn of the same batch is folded into its start.
        checkpoints: rows to insert, each fenced by its owner.
        turns: rows to update, each fenced by its owner.
        fenced: owners of checkpoints that neither a start nor a turn of this batch vouches for.
        parents: workflows to signal since a child is finished.
        wakes: what to notify the executors of: "" for nothing, "queued" when there is work for them, "changed" when
            there may be, and there will be.
        attached: whether something is attached to a checkpoint, see `holdfast.store.attachments`.
    """

    starts: list[Start] = field(default_factory=list)
    checkpoints: list[tuple[Owner, Checkpoint]] = field(default_factory=list)
    turns: list[tuple[Owner, Turn]] = field(default_factory=list)
    fenced: list[Owner] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    wakes: str = ""
    attached: bool = False

    def wake(self, state: State) -> None:
        """Notify the executors of a workflow that is now in `state`."""
        if state is State.DELAYED:
            self.wakes = "changed"
        elif state is State.QUEUED:
            self.wakes = self.wakes or "queued"


def is_checkpoint(entries: Sequence[Entry]) -> bool:
    """Whether `entries` is one checkpoint and nothing else, for which there is no need to `assemble`."""
    if len(entries) != 1:
        return False
    entry = entries[0]
    return entry.start is None and entry.turn is None and entry.checkpoint is not None and entry.attachment is None


def assemble(entries: Sequence[Entry], fold: bool = True) -> Batch:
    """Sort `entries` into the rows of one transaction.

    Args:
        entries: what is to be written, in the order it was asked for.
        fold: merge a turn into the start of the same batch, for a store that writes everything with one statement:
            none of its parts would see what another part inserts.
    """
    batch = Batch()
    starts: dict[Owner, Start] = {}
    turned: set[Owner] = set()
    writers: dict[Owner, None] = {}
    for entry in entries:
        owner = (entry.workflow, entry.epoch)
        if entry.start is not None:
            starts[owner] = entry.start
            batch.starts.append(entry.start)
            batch.wake(entry.start.state)
            if entry.start.deadline is not None:
                batch.wakes = "changed"
        if entry.checkpoint is not None:
            batch.checkpoints.append((owner, entry.checkpoint))
            writers[owner] = None
            if entry.attachment is not None:
                batch.attached = True
        if entry.turn is not None:
            turn = entry.turn
            if fold and owner in starts:
                _fold(starts[owner], turn)
            else:
                batch.turns.append((owner, turn))
                turned.add(owner)
            batch.wake(turn.state)
            if turn.parent is not None and turn.state in FINISHED:
                batch.parents.append(turn.parent)
                batch.wake(State.QUEUED)
    batch.fenced = [owner for owner in writers if owner not in turned and owner not in starts]
    return batch


def _fold(start: Start, turn: Turn) -> None:
    """Let `start` be inserted as `turn` would leave it."""
    start.state = turn.state
    start.output, start.error, start.reason, start.delay = turn.output, turn.error, turn.reason, turn.delay
    start.executor = None
    start.finished = turn.state in FINISHED
    if turn.input is not None:
        start.input = turn.input
    if turn.seed is not None:
        start.seed = turn.seed


def judge(
    entries: Sequence[Entry], started: Container[str], rows: Mapping[str, Row], allowed: Container[Owner]
) -> list[Outcome | None]:
    """Say what became of each entry when the counts of a transaction were not as expected.

    Args:
        entries: what was to be written.
        started: ids that this transaction inserted.
        rows: the workflows as they are now.
        allowed: owners whose fence held in this transaction.

    Returns:
        An outcome for each entry; None for one that was not written but is still owned: it is to be tried again.
    """
    return [_judge_one(entry, started, rows.get(entry.workflow), allowed) for entry in entries]


def _judge_one(entry: Entry, started: Container[str], row: Row | None, allowed: Container[Owner]) -> Outcome | None:
    owner = (entry.workflow, entry.epoch)
    if entry.start is not None and entry.workflow not in started:
        return Outcome.DONE if row is not None and _is_own(row, entry.start) else Outcome.EXISTS
    if owner in allowed or entry.workflow in started:
        return Outcome.DONE
    if row is None or row.epoch != entry.epoch:
        return Outcome.LOST
    turn = entry.turn
    if row.state is State.RUNNING:
        if turn is not None and turn.signals is not None and turn.signals != row.signals:
            return Outcome.SIGNALLED
        return None
    # The same epoch, no longer running: our own turn of an attempt whose answer never came, or somebody's cancel.
    return Outcome.DONE if turn is not None and row.state is turn.state else Outcome.LOST


def _is_own(row: Row, start: Start) -> bool:
    """Whether `row` is what an earlier attempt at this very `start` inserted."""
    return row.epoch == start.epoch and abs(row.created - start.created) < 2e-6 and row.digest == start.digest
