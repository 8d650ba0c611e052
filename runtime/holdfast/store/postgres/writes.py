"""Which statement writes a batch, and what its answer says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from psycopg.pq.abc import PGresult

from holdfast.states import State
from holdfast.store.batch import Batch, Owner
from holdfast.store.postgres import hot, wire
from holdfast.store.postgres.session import SessionFlight
from holdfast.store.records import Entry, Outcome, Start

_ONE: Final = -1


class Write(Struct):
    """A statement with its parameters.

    Attributes:
        owners: how many owners (id, epoch) the answer names when everything was written; -1 for a statement of one row,
            whose answer is a count.
        starts: whether the answer also names the workflows that were inserted.
    """

    statement: hot.Statement
    row: list[bytes | None]
    owners: int = _ONE
    starts: bool = False

    def is_whole(self, result: PGresult) -> bool:
        """Whether everything was written."""
        if self.owners == _ONE:
            return bool(result.command_tuples)
        return wire.length(result.get_value(0, 0)) == self.owners

    def written(self, result: PGresult) -> tuple[set[str], set[Owner]]:
        """Return the ids that were inserted, and the owners whose fence held."""
        if self.owners == _ONE:
            return set(), set()
        ids, epochs = wire.read_texts(result.get_value(0, 0)), wire.read_int8s(result.get_value(0, 1))
        started = set(wire.read_texts(result.get_value(0, 2))) if self.starts else set()
        return started, set(zip(ids, epochs, strict=True))


class Writes:
    """The committer's statements on one schema.

    Args:
        schema: its quoted name.
        channel: where executors hear of work.
    """

    def __init__(self, schema: str, channel: str) -> None:
        self._channel = channel
        self._checkpoint_one = hot.checkpoint_one(schema)
        self._checkpoint_many = hot.checkpoint_many(schema)
        self._turn_one = hot.turn_one(schema)
        self._turn_with_checkpoint = hot.turn_with_checkpoint(schema)
        self._start_one = hot.start_one(schema)
        self._start_with_checkpoint = hot.start_with_checkpoint(schema)
        self._start_many = hot.start_many(schema)
        self._everything = hot.everything(schema)

    def checkpoint(self, entry: Entry) -> Write:
        """Return what writes an entry that is a checkpoint and nothing else, the most frequent of all."""
        assert entry.checkpoint is not None
        return Write(self._checkpoint_one, hot.checkpoint_row((entry.workflow, entry.epoch), entry.checkpoint))

    def all(self, batch: Batch) -> Write:
        """Return what writes the rows of `batch`: a statement for a single row where there is only one of a kind."""
        owners = len(batch.fenced) + len(batch.turns) + len(batch.starts)
        shape = (len(batch.starts), len(batch.checkpoints), len(batch.turns))
        channel = self._channel if batch.wakes else None
        if (channel or shape[0] > 1) and not (shape[1] or shape[2]):
            return Write(self._start_many, hot.start_columns(batch, channel), owners, True)
        if channel:
            return Write(self._everything, hot.all_columns(batch, channel), owners, True)
        if shape == (0, 1, 0):
            return Write(self._checkpoint_one, hot.checkpoint_row(*batch.checkpoints[0]))
        if shape == (0, 0, 1):
            return Write(self._turn_one, hot.turn_row(*batch.turns[0]))
        if shape == (1, 0, 0):
            return Write(self._start_one, hot.start_row(batch.starts[0]))
        if shape == (1, 1, 0) and not batch.fenced:
            row = hot.start_row(batch.starts[0]) + hot.checkpoint_row(*batch.checkpoints[0])[2:]
            return Write(self._start_with_checkpoint, row)
        if shape == (0, 1, 1) and not batch.fenced:
            row = hot.turn_row(*batch.turns[0]) + hot.checkpoint_row(*batch.checkpoints[0])[2:]
            return Write(self._turn_with_checkpoint, row)
        if batch.starts or batch.turns:
            return Write(self._everything, hot.all_columns(batch, None), owners, True)
        return Write(self._checkpoint_many, hot.checkpoint_columns(batch), owners)


class CommitFlight:
    """A batch that was sent, see `holdfast.store.port.Flight`.

    Args:
        flight: the statement under way.
        write: what was sent.
        entries: how many entries it writes.
    """

    def __init__(self, flight: SessionFlight, write: Write, entries: int) -> None:
        self.fileno = flight.fileno
        self.ready = flight.ready
        self.arrived = flight.arrived
        self._flight = flight
        self._write = write
        self._entries = entries

    def outcomes(self) -> list[Outcome] | None:
        """Return what became of the entries; None when `PostgresStore.commit` has to find out."""
        result = self._flight.result
        if result is None or not self._flight.good or not self._write.is_whole(result):
            return None
        return [Outcome.DONE] * self._entries


def renewed_by(batch: Batch) -> Sequence[str]:
    """Return the workflows of `batch` that would begin anew, whose former records go if they do."""
    return [owner[0] for owner, turn in batch.turns if turn.input is not None] + [
        start.id for start in batch.starts if _is_renewed(start)
    ]


def renewed(batch: Batch, write: Write, result: PGresult) -> Sequence[str]:
    """Return the workflows of `batch` that do begin anew, as the answer to `write` says: not those of somebody else now."""
    if write.is_whole(result):
        return renewed_by(batch)
    started, allowed = write.written(result)
    return [owner[0] for owner, turn in batch.turns if turn.input is not None and owner in allowed] + [
        start.id for start in batch.starts if _is_renewed(start) and start.id in started
    ]


def _is_renewed(start: Start) -> bool:
    return start.state is State.QUEUED and start.seed != start.id
