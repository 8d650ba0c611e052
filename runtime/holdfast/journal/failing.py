"""Which recorded errors a failed workflow ended with, so that a resume runs those operations again."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.journal.keys import branch_of, counter_of
from holdfast.store.records import Checkpoint


def last_errors(checkpoints: Sequence[Checkpoint]) -> list[Checkpoint]:
    """Return the errors after which their own line of code, and the lines that it was forked from, did nothing more.

    An error that is followed by another operation was handled by the code: what came after it, a refund say, has
    happened, and running the failed operation again would contradict it.
    """
    return [each for each in checkpoints if each.error is not None and not _was_handled(each, checkpoints)]


def _was_handled(error: Checkpoint, checkpoints: Sequence[Checkpoint]) -> bool:
    return any(_is_after(other, error) for other in checkpoints if not other.key.startswith("!"))


def _is_after(other: Checkpoint, error: Checkpoint) -> bool:
    branch, line = branch_of(error.key), branch_of(other.key)
    if line == branch:
        return counter_of(other.key) > counter_of(error.key)
    # Forks are not numbered together with operations, so only their times say which of the two came first.
    return (branch.startswith(line) or line.startswith(branch)) and other.started >= error.finished
