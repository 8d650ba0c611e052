"""The statements of the committer on Postgres: what a durable operation costs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from holdfast.states import FINISHED, State, leaving, listed
from holdfast.store.batch import Batch, Owner
from holdfast.store.postgres import wire
from holdfast.store.records import Checkpoint, Start, Turn

_OWNED: Final = leaving("finish")  # every turn and every checkpoint is made by the owner of a running workflow
_FINISHED: Final = listed(FINISHED)


class Statement(Struct, frozen=True):
    """A prepared statement: its name on the server, its SQL, and the types of its parameters."""

    name: bytes
    sql: str
    types: tuple[int, ...]


def _named(role: str, sql: str, types: tuple[int, ...]) -> Statement:
    """A name for this very SQL: behind a pooler, engines of other schemas and releases share a server connection."""
    return Statement(f"{role}_{hashlib.blake2b(sql.encode(), digest_size=6).hexdigest()}".encode(), sql, types)


def _due(parameter: str) -> str:
    return f"clock_timestamp() + {parameter} * interval '1 second'"


_TURN_TYPES: Final = (
    wire.TEXT,  # workflow
    wire.INT8,  # epoch
    wire.TEXT,  # state
    wire.BYTEA,  # output
    wire.BYTEA,  # error
    wire.TEXT,  # reason
    wire.FLOAT8,  # delay
    wire.INT8,  # signals
    wire.BYTEA,  # input
    wire.TEXT,  # seed
)
_CHECKPOINT_TYPES: Final = (
    wire.TEXT,  # workflow
    wire.INT8,  # epoch
    wire.TEXT,  # key
    wire.TEXT,  # kind
    wire.TEXT,  # name
    wire.BYTEA,  # digest
    wire.BYTEA,  # result
    wire.BYTEA,  # error
    wire.INT4,  # attempts
    wire.TEXT,  # source
    wire.TIMESTAMPTZ,  # started
    wire.TIMESTAMPTZ,  # finished
    wire.FLOAT8,  # delay
)
_START_TYPES: Final = (
    wire.TEXT,  # id
    wire.INT8,  # epoch
    wire.TEXT,  # name
    wire.TEXT,  # version
    wire.TEXT,  # state
    wire.TEXT,  # queue
    wire.INT4,  # priority
    wire.FLOAT8,  # delay
    wire.TEXT,  # executor
    wire.BYTEA,  # input
    wire.BYTEA,  # digest
    wire.BYTEA,  # output
    wire.BYTEA,  # error
    wire.TEXT,  # reason
    wire.TEXT,  # parent
    wire.TEXT,  # seed
    wire.TIMESTAMPTZ,  # created
    wire.TEXT,  # partition
    wire.TEXT,  # deduplication
    wire.FLOAT8,  # deadline
)
_CHECKPOINT_COLUMNS: Final = (
    "workflow, epoch, key, kind, name, digest, result, error, attempts, source, started_at, finished_at, due_at"
)
_START_COLUMNS: Final = (
    "id, epoch, name, version, state, queue, priority, ready_at, executor, input, digest, output, error, reason,"
    " parent, seed, created_at, partition, deduplication, deadline_at, attempts, started_at, finished_at"
)


def _parameters(first: int, count: int) -> list[str]:
    return [f"${number}" for number in range(first, first + count)]


def _unnest(alias: str, columns: str, first: int, types: Sequence[int]) -> str:
    return f"unnest({', '.join(_parameters(first, len(types)))}) AS {alias} ({columns})"


_CHECKPOINT_INPUT: Final = (
    "workflow, epoch, key, kind, name, digest, result, error, attempts, source, started_at, finished_at, delay"
)
_START_INPUT: Final = (
    "id, epoch, name, version, state, queue, priority, delay, executor, input, digest, output, error, reason, parent,"
    " seed, created_at, partition, deduplication, deadline"
)
_TURN_INPUT: Final = "id, epoch, state, output, error, reason, delay, signals, input, seed"


def _turned(source: str) -> str:
    """The `SET` list of a turn; `source` is the prefix of its columns."""
    return f"""
    state = {source}state, output = {source}output, error = {source}error, reason = {source}reason, executor = NULL,
    ready_at = {_due(source + "delay")}, input = coalesce({source}input, w.input), seed = coalesce({source}seed, w.seed),
    finished_at = CASE WHEN {source}state IN {_FINISHED} THEN clock_timestamp() END"""


def _started(source: str) -> str:
    """The values of a start that the database computes."""
    return f"""1, CASE WHEN {source}state NOT IN ('queued', 'delayed') THEN {source}created_at END,
    CASE WHEN {source}state IN {_FINISHED} THEN clock_timestamp() END"""


def checkpoint_one(schema: str) -> Statement:
    """One checkpoint: a single row, fenced by a lock on its workflow that a takeover must wait for."""
    return _named(
        "holdfast_checkpoint",
        f"""INSERT INTO {schema}.checkpoint ({_CHECKPOINT_COLUMNS})
SELECT $1, $2, {", ".join(_parameters(3, 10))}, {_due("$13")}
FROM {schema}.workflow w WHERE w.id = $1 AND w.epoch = $2 AND w.state IN {_OWNED} FOR SHARE
ON CONFLICT DO NOTHING""",
        _CHECKPOINT_TYPES,
    )


def _turn_from_parameters(schema: str) -> str:
    names = ("state", "output", "error", "reason", "delay", "signals", "input", "seed")
    values = {name: f"${number}" for number, name in enumerate(names, 3)}
    assignments = f"""
    state = {values["state"]}, output = {values["output"]}, error = {values["error"]}, reason = {values["reason"]},
    executor = NULL, ready_at = {_due(values["delay"])}, input = coalesce({values["input"]}, w.input),
    seed = coalesce({values["seed"]}, w.seed),
    finished_at = CASE WHEN {values["state"]} IN {_FINISHED} THEN clock_timestamp() END"""
    return f"""UPDATE {schema}.workflow w SET {assignments}
WHERE w.id = $1 AND w.epoch = $2 AND w.state IN {_OWNED}
  AND ({values["signals"]} IS NULL OR w.signals = {values["signals"]})"""


def turn_one(schema: str) -> Statement:
    """One change of a workflow's state by its owner."""
    return _named("holdfast_turn", _turn_from_parameters(schema), _TURN_TYPES)


def turn_with_checkpoint(schema: str) -> Statement:
    """A workflow's last checkpoint and its end, in one statement."""
    first = len(_TURN_TYPES) + 1
    own = _CHECKPOINT_TYPES[2:]
    given = _parameters(first, len(own))
    return _named(
        "holdfast_turn_with_checkpoint",
        f"""WITH turned AS ({_turn_from_parameters(schema)} RETURNING w.id, w.epoch)
INSERT INTO {schema}.checkpoint ({_CHECKPOINT_COLUMNS})
SELECT turned.id, turned.epoch, {", ".join(given[:-1])}, {_due(given[-1])} FROM turned ON CONFLICT DO NOTHING""",
        _TURN_TYPES + own,
    )


def _start_from_parameters(schema: str) -> str:
    values = _parameters(1, len(_START_TYPES))
    values[7] = f"clock_timestamp() + coalesce({values[7]}, 0) * interval '1 second'"
    values[19] = _due(values[19])
    started = f"""1, CASE WHEN $5 NOT IN ('queued', 'delayed') THEN $17 END,
    CASE WHEN $5 IN {_FINISHED} THEN clock_timestamp() END"""
    return f"""INSERT INTO {schema}.workflow ({_START_COLUMNS}) VALUES ({", ".join(values)}, {started})
ON CONFLICT DO NOTHING"""


def start_one(schema: str) -> Statement:
    """One new workflow."""
    return _named("holdfast_start", _start_from_parameters(schema), _START_TYPES)


def start_with_checkpoint(schema: str) -> Statement:
    """A new workflow and its first checkpoint, in one statement."""
    first = len(_START_TYPES) + 1
    own = _CHECKPOINT_TYPES[2:]
    given = _parameters(first, len(own))
    return _named(
        "holdfast_start_with_checkpoint",
        f"""WITH started AS ({_start_from_parameters(schema)} RETURNING id, epoch)
INSERT INTO {schema}.checkpoint ({_CHECKPOINT_COLUMNS})
SELECT started.id, started.epoch, {", ".join(given[:-1])}, {_due(given[-1])} FROM started ON CONFLICT DO NOTHING""",
        _START_TYPES + own,
    )


def _arrays(types: Sequence[int]) -> tuple[int, ...]:
    return tuple(wire.ARRAY_OF[each] for each in types)


def checkpoint_many(schema: str) -> Statement:
    """Many checkpoints of running workflows; answers with the owners whose fence held, as two arrays."""
    first = 3
    return _named(
        "holdfast_checkpoints",
        f"""WITH owned AS MATERIALIZED (
    SELECT w.id, w.epoch FROM unnest($1, $2) AS f (id, epoch)
    JOIN {schema}.workflow w ON w.id = f.id AND w.epoch = f.epoch AND w.state IN {_OWNED} FOR SHARE OF w
), written AS (
    INSERT INTO {schema}.checkpoint ({_CHECKPOINT_COLUMNS})
    SELECT {", ".join("i." + name for name in _CHECKPOINT_INPUT.split(", ")[:-1])}, {_due("i.delay")}
    FROM {_unnest("i", _CHECKPOINT_INPUT, first, _CHECKPOINT_TYPES)}
    JOIN owned ON owned.id = i.workflow AND owned.epoch = i.epoch
    ON CONFLICT DO NOTHING
)
SELECT array_agg(id), array_agg(epoch) FROM owned""",
        _arrays((wire.TEXT, wire.INT8)) + _arrays(_CHECKPOINT_TYPES),
    )


def _start_from_arrays(schema: str, first: int) -> str:
    computed = {
        "delay": "clock_timestamp() + coalesce(i.delay, 0) * interval '1 second'",
        "deadline": _due("i.deadline"),
    }
    values = [computed.get(name, "i." + name) for name in _START_INPUT.split(", ")]
    return f"""
    INSERT INTO {schema}.workflow ({_START_COLUMNS})
    SELECT {", ".join(values)}, {_started("i.")}
    FROM {_unnest("i", _START_INPUT, first, _START_TYPES)}
    ON CONFLICT DO NOTHING RETURNING id, epoch"""


def _notice(first: int) -> str:
    """Notify a channel, unless that is NULL; a statement less, and it is heard when the statement commits."""
    channel, what = _parameters(first, 2)
    return f"CASE WHEN {channel} IS NOT NULL THEN pg_notify({channel}, {what})::text END"


def start_many(schema: str) -> Statement:
    """New workflows and a notification if there is a channel for it; needs no right to change any.

    Answers like `everything`.
    """
    return _named(
        "holdfast_starts",
        f"""WITH started AS ({_start_from_arrays(schema, 1)}
)
SELECT array_agg(id), array_agg(epoch), array_agg(id), {_notice(len(_START_TYPES) + 1)} FROM started""",
        (*_arrays(_START_TYPES), wire.TEXT, wire.TEXT),
    )


def everything(schema: str) -> Statement:
    """Starts, checkpoints and turns together, and a notification if there is a channel for it.

    Answers with the owners whose fence held and the ids inserted.
    """
    at_checkpoint = 3
    at_turn = at_checkpoint + len(_CHECKPOINT_TYPES)
    at_start = at_turn + len(_TURN_TYPES)
    at_notice = at_start + len(_START_TYPES)
    return _named(
        "holdfast_everything",
        f"""WITH started AS ({_start_from_arrays(schema, at_start)}
), turned AS (
    UPDATE {schema}.workflow w SET {_turned("i.")}
    FROM {_unnest("i", _TURN_INPUT, at_turn, _TURN_TYPES)}
    WHERE w.id = i.id AND w.epoch = i.epoch AND w.state IN {_OWNED} AND (i.signals IS NULL OR w.signals = i.signals)
    RETURNING w.id, w.epoch
), owned AS MATERIALIZED (
    SELECT w.id, w.epoch FROM unnest($1, $2) AS f (id, epoch)
    JOIN {schema}.workflow w ON w.id = f.id AND w.epoch = f.epoch AND w.state IN {_OWNED} FOR SHARE OF w
), allowed AS MATERIALIZED (
    SELECT id, epoch FROM owned UNION ALL SELECT id, epoch FROM turned UNION ALL SELECT id, epoch FROM started
), written AS (
    INSERT INTO {schema}.checkpoint ({_CHECKPOINT_COLUMNS})
    SELECT {", ".join("i." + name for name in _CHECKPOINT_INPUT.split(", ")[:-1])}, {_due("i.delay")}
    FROM {_unnest("i", _CHECKPOINT_INPUT, at_checkpoint, _CHECKPOINT_TYPES)}
    JOIN allowed ON allowed.id = i.workflow AND allowed.epoch = i.epoch
    ON CONFLICT DO NOTHING
)
SELECT array_agg(id), array_agg(epoch), (SELECT array_agg(id) FROM started), {_notice(at_notice)} FROM allowed""",
        (*_arrays((wire.TEXT, wire.INT8, *_CHECKPOINT_TYPES, *_TURN_TYPES, *_START_TYPES)), wire.TEXT, wire.TEXT),
    )


def checkpoint_row(owner: Owner, checkpoint: Checkpoint) -> list[bytes | None]:
    """Return the parameters of one checkpoint."""
    delay = checkpoint.delay
    return [
        owner[0].encode(),
        wire.int8(owner[1]),
        checkpoint.key.encode(),
        checkpoint.kind.encode(),
        checkpoint.name.encode(),
        checkpoint.digest,
        checkpoint.result,
        checkpoint.error,
        wire.int4(checkpoint.attempts),
        checkpoint.source.encode(),
        wire.timestamp(checkpoint.started),
        wire.timestamp(checkpoint.finished),
        None if delay is None else wire.float8(delay),
    ]


def turn_row(owner: Owner, turn: Turn) -> list[bytes | None]:
    """Return the parameters of one turn."""
    return [
        owner[0].encode(),
        wire.int8(owner[1]),
        turn.state.encode(),
        turn.output,
        turn.error,
        wire.optional_text(turn.reason),
        wire.float8(0.0) if turn.state is State.QUEUED else wire.optional_float8(turn.delay),
        None if turn.signals is None else wire.int8(turn.signals),
        turn.input,
        wire.optional_text(turn.seed),
    ]


def start_row(start: Start) -> list[bytes | None]:
    """Return the parameters of one start."""
    return [
        start.id.encode(),
        wire.int8(start.epoch),
        start.name.encode(),
        wire.optional_text(start.version),
        start.state.encode(),
        start.queue.encode(),
        wire.int4(start.priority),
        wire.optional_float8(start.delay),
        wire.optional_text(start.executor),
        start.input,
        start.digest,
        start.output,
        start.error,
        wire.optional_text(start.reason),
        wire.optional_text(start.parent),
        start.seed.encode(),
        wire.timestamp(start.created),
        start.partition.encode(),
        wire.optional_text(start.deduplication),
        wire.optional_float8(start.deadline),
    ]


def _columns(types: Sequence[int], rows: Sequence[list[bytes | None]]) -> list[bytes | None]:
    if not rows:
        return [wire.array(each, ()) for each in types]
    return [wire.array(each, column) for each, column in zip(types, zip(*rows, strict=True), strict=True)]


def checkpoint_columns(batch: Batch) -> list[bytes | None]:
    """Return the parameters of `checkpoint_many`, and the first of those of `everything`."""
    fenced = batch.fenced
    return [
        wire.array(wire.TEXT, [owner[0].encode() for owner in fenced]),
        wire.array(wire.INT8, [wire.int8(owner[1]) for owner in fenced]),
        *_columns(_CHECKPOINT_TYPES, [checkpoint_row(owner, each) for owner, each in batch.checkpoints]),
    ]


def start_columns(batch: Batch, channel: str | None) -> list[bytes | None]:
    """Return the parameters of `start_many`; `channel` is notified of what `batch` wakes."""
    return [
        *_columns(_START_TYPES, [start_row(start) for start in batch.starts]),
        wire.optional_text(channel),
        batch.wakes.encode(),
    ]


def all_columns(batch: Batch, channel: str | None) -> list[bytes | None]:
    """Return the parameters of `everything`; `channel` as for `start_columns`."""
    return [
        *checkpoint_columns(batch),
        *_columns(_TURN_TYPES, [turn_row(owner, turn) for owner, turn in batch.turns]),
        *start_columns(batch, channel),
    ]
