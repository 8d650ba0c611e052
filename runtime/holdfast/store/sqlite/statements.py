"""The named statements of the store on SQLite, one operation each. `{p}` stands for the table prefix."""

from __future__ import annotations

from typing import Final

from holdfast.states import FINISHED, OPEN, leaving, listed

NOW: Final = "((julianday('now') - 2440587.5) * 86400.0)"
"""SQLite's own clock as Unix seconds; `unixepoch('subsec')` needs 3.42. It stands still within a statement."""

_OWNED: Final = leaving("finish")
_COLUMNS: Final = (
    "id, name, version, state, queue, priority, executor, epoch, attempts, signals, input, digest, output, error,"
    " reason, parent, seed, created_at, started_at, finished_at, ready_at, partition, deadline_at"
)
ORDER: Final = "ready_at + priority * 60.0"
"""Who is claimed first, see the same in `holdfast.store.postgres.statements`."""
_OPEN: Final = listed(OPEN)
_CHECKPOINT_COLUMNS: Final = (
    "workflow, epoch, key, kind, name, digest, result, error, attempts, source, started_at, finished_at, due_at"
)

CHECKPOINT: Final = f"""
INSERT OR IGNORE INTO {{p}}_checkpoint ({_CHECKPOINT_COLUMNS})
SELECT :workflow, :epoch, :key, :kind, :name, :digest, :result, :error, :attempts, :source, :started, :finished,
    {NOW} + :delay
FROM {{p}}_workflow WHERE id = :workflow AND epoch = :epoch AND state IN {_OWNED}
"""

TURN: Final = f"""
UPDATE {{p}}_workflow SET state = :state, output = :output, error = :error, reason = :reason, executor = NULL,
    ready_at = {NOW} + :delay, input = coalesce(:input, input), seed = coalesce(:seed, seed),
    finished_at = CASE WHEN :state IN {listed(FINISHED)} THEN {NOW} END
WHERE id = :workflow AND epoch = :epoch AND state IN {_OWNED} AND (:signals IS NULL OR signals = :signals)
"""

START: Final = f"""
INSERT OR IGNORE INTO {{p}}_workflow (id, epoch, name, version, state, queue, priority, ready_at, executor, input,
    digest, output, error, reason, parent, seed, created_at, partition, deduplication, deadline_at, attempts,
    started_at, finished_at)
VALUES (:id, :epoch, :name, :version, :state, :queue, :priority, {NOW} + coalesce(:delay, 0), :executor, :input,
    :digest, :output, :error, :reason, :parent, :seed, :created, :partition, :deduplication, {NOW} + :deadline, 1,
    CASE WHEN :state NOT IN ('queued', 'delayed') THEN :created END,
    CASE WHEN :state IN {listed(FINISHED)} THEN {NOW} END)
"""

HEARTBEAT: Final = f"""
INSERT INTO {{p}}_executor (id, name, process, lease_until, started_at)
VALUES (:executor, :name, :process, {NOW} + :lease, {NOW})
ON CONFLICT (id) DO UPDATE SET lease_until = {NOW} + :lease
"""

LEASES: Final = f"""
SELECT {NOW}, coalesce((SELECT lease_until < {NOW} FROM {{p}}_executor WHERE id = :executor), 1),
    EXISTS (SELECT 1 FROM {{p}}_executor WHERE lease_until < {NOW} AND id <> :executor)
"""

RETIRE: Final = "DELETE FROM {p}_executor WHERE id = :executor"
PROCESSES: Final = f"SELECT id, process FROM {{p}}_executor WHERE lease_until >= {NOW}"
EXPIRE: Final = "UPDATE {p}_executor SET lease_until = 0 WHERE id = :executor"

# An executor without a row is dead too: it was buried while it slept, and started work before its next heartbeat.
TAKE_OVER: Final = f"""
UPDATE {{p}}_workflow
SET state = CASE WHEN attempts < :most THEN 'queued' ELSE 'stuck' END,
    reason = CASE WHEN attempts < :most THEN NULL ELSE :reason END,
    executor = NULL, epoch = epoch + 1, attempts = attempts + 1, ready_at = {NOW}, slot = 0
WHERE state IN {leaving("take over")}
  AND executor NOT IN (SELECT id FROM {{p}}_executor WHERE lease_until >= {NOW})
RETURNING state
"""

BURY: Final = f"DELETE FROM {{p}}_executor WHERE lease_until < {NOW}"

PROMOTE: Final = f"""
UPDATE {{p}}_workflow SET state = 'queued' WHERE state IN {leaving("promote")} AND id IN (
    SELECT id FROM {{p}}_workflow WHERE state IN ('delayed', 'waiting') AND ready_at <= {NOW}
    ORDER BY ready_at LIMIT :most)
"""

NEXT_DUE: Final = f"""
SELECT ready_at - {NOW} FROM {{p}}_workflow
WHERE state IN ('delayed', 'waiting') AND ready_at IS NOT NULL ORDER BY ready_at LIMIT 1
"""

NEXT_DEADLINE: Final = f"""
SELECT min(at) - {NOW} FROM (
    SELECT min(deadline_at) AS at FROM {{p}}_workflow
    WHERE deadline_at IS NOT NULL AND state IN {_OPEN} AND deadline_at > {NOW}
    UNION ALL
    SELECT min(next_at) FROM {{p}}_schedule WHERE NOT paused AND next_at > {NOW}
)
"""

OVERDUE: Final = f"""
SELECT id FROM {{p}}_workflow WHERE deadline_at IS NOT NULL AND state IN {_OPEN} AND deadline_at <= {NOW}
ORDER BY deadline_at LIMIT :most
"""

QUEUES: Final = "SELECT name FROM {p}_queue"

IS_SCHEDULED: Final = f"SELECT EXISTS (SELECT 1 FROM {{p}}_schedule WHERE NOT paused AND next_at <= {NOW})"

CLAIM: Final = f"""
UPDATE {{p}}_workflow
SET state = 'running', executor = :executor, epoch = epoch + 1, started_at = coalesce(started_at, {NOW})
WHERE state IN {leaving("claim")} AND id IN (
    SELECT id FROM {{p}}_workflow WHERE state = 'queued' AND NOT slot AND queue = :queue
      AND partition = ''
      AND (version IN (SELECT value FROM json_each(:versions))
           OR (name IN (SELECT value FROM json_each(:names)) AND (version IS NULL OR :any)))
    ORDER BY {ORDER} LIMIT :most)
RETURNING id, name, version, epoch, attempts, signals, input, seed, parent, created_at
"""

OWNED: Final = "SELECT id, epoch FROM {p}_workflow WHERE executor = :executor AND state = 'running'"

LOAD: Final = f"""
SELECT workflow, key, kind, name, digest, result, error, started_at, finished_at, attempts, source, due_at - {NOW}
FROM {{p}}_checkpoint WHERE workflow IN (SELECT value FROM json_each(:workflows))
"""

TIME: Final = f"SELECT {NOW}"

ROWS: Final = f"SELECT {_COLUMNS} FROM {{p}}_workflow WHERE id IN (SELECT value FROM json_each(:workflows))"

SELECT: Final = f"""
SELECT {_COLUMNS} FROM {{p}}_workflow
WHERE (:states IS NULL OR state IN (SELECT value FROM json_each(:states)))
  AND (:name IS NULL OR name = :name)
  AND (:queue IS NULL OR queue = :queue)
  AND (:parent IS NULL OR parent = :parent)
  AND (:prefix IS NULL OR substr(id, 1, length(:prefix)) = :prefix)
  AND (:after IS NULL OR created_at >= :after)
  AND (:before IS NULL OR created_at < :before)
  AND (:open_since IS NULL OR finished_at IS NULL OR finished_at >= :open_since)
  AND (:older IS NULL OR (created_at, id) < (:older, :older_id))
ORDER BY created_at {{direction}}, id {{direction}} LIMIT :limit OFFSET :offset
"""

CANCEL: Final = f"""
WITH RECURSIVE family (id) AS (
    SELECT value FROM json_each(:workflows)
    UNION
    SELECT w.id FROM {{p}}_workflow w JOIN family ON w.parent = family.id WHERE :children
)
UPDATE {{p}}_workflow
SET state = 'cancelled', executor = NULL, epoch = epoch + 1, ready_at = NULL, finished_at = {NOW}, reason = :reason
WHERE id IN (SELECT id FROM family) AND state IN {leaving("cancel")}
RETURNING id, parent
"""

SIGNAL: Final = f"""
UPDATE {{p}}_workflow
SET signals = signals + 1,
    ready_at = CASE WHEN state IN {leaving("signal")} THEN {NOW} ELSE ready_at END,
    state = CASE WHEN state IN {leaving("signal")} THEN 'queued' ELSE state END
WHERE id = :workflow AND state IN ('running', 'waiting')
"""

DROP_JOURNAL: Final = "DELETE FROM {p}_checkpoint WHERE workflow = :workflow"

RESUME: Final = f"""
UPDATE {{p}}_workflow
SET state = 'queued', epoch = epoch + 1, attempts = 1, ready_at = {NOW}, finished_at = NULL, output = NULL,
    error = NULL, reason = NULL, version = :version, slot = 0, deadline_at = NULL,
    deduplication = CASE WHEN state IN {listed(FINISHED)} THEN NULL ELSE deduplication END
WHERE id = :workflow AND state IN {leaving("resume")} AND (:epoch IS NULL OR epoch = :epoch)
"""

DROP: Final = """
DELETE FROM {p}_checkpoint WHERE workflow = :workflow AND key IN (SELECT value FROM json_each(:keys))
"""

FORK: Final = f"""
INSERT OR IGNORE INTO {{p}}_workflow (id, name, version, state, queue, priority, ready_at, epoch, attempts, input,
    digest, seed, created_at, partition)
SELECT :new, name, :version, 'queued', queue, priority, {NOW}, 1, 1, input, digest, seed, created_at, partition
FROM {{p}}_workflow WHERE id = :workflow
"""

FORK_CHECKPOINTS: Final = """
INSERT INTO {p}_checkpoint (workflow, key, kind, name, digest, result, error, attempts, source, epoch, started_at,
    finished_at, due_at)
SELECT :new, key, kind, name, digest, result, error, attempts, source, 0, started_at, finished_at, due_at
FROM {p}_checkpoint WHERE workflow = :workflow AND key IN (SELECT value FROM json_each(:keys))
"""

SCHEMA_VERSION: Final = "SELECT max(version) FROM {p}_migration"
MIGRATION_TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS {p}_migration (version INTEGER PRIMARY KEY, applied_at REAL NOT NULL)"
)
ADD_MIGRATION: Final = f"INSERT INTO {{p}}_migration (version, applied_at) VALUES (:version, {NOW})"
