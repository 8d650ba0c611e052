"""The named statements of operations on SQLite; `holdfast.store.administration` says what they are for."""

from __future__ import annotations

from typing import Final

from holdfast.states import FINISHED, OPEN, State, listed
from holdfast.store.sqlite.statements import NOW

_UNFINISHED: Final = listed(OPEN | {State.STUCK})

PRUNE: Final = f"""
SELECT w.id, w.created_at FROM {{p}}_workflow w
WHERE (w.created_at, w.id) > (:after, :after_id) AND w.created_at < :before
  AND w.state IN {listed(FINISHED)} AND w.finished_at < :before
  AND (:name IS NULL OR w.name = :name)
  AND NOT EXISTS (SELECT 1 FROM {{p}}_workflow p WHERE p.id = w.parent
                  AND (p.finished_at IS NULL OR p.finished_at >= :before))
ORDER BY w.created_at, w.id LIMIT :most
"""

DELETE: Final = "DELETE FROM {p}_workflow WHERE id IN (SELECT value FROM json_each(:workflows))"
DELETE_CHECKPOINTS: Final = "DELETE FROM {p}_checkpoint WHERE workflow IN (SELECT value FROM json_each(:workflows))"
DELETE_MESSAGES: Final = "DELETE FROM {p}_message WHERE workflow IN (SELECT value FROM json_each(:workflows))"
DELETE_VALUES: Final = "DELETE FROM {p}_published WHERE workflow IN (SELECT value FROM json_each(:workflows))"
DELETE_WAITERS: Final = "DELETE FROM {p}_waiter WHERE workflow IN (SELECT value FROM json_each(:workflows))"
DELETE_ITEMS: Final = "DELETE FROM {p}_item WHERE workflow IN (SELECT value FROM json_each(:workflows))"

VERSIONS: Final = f"""
SELECT name, version, state, count(*), min(created_at) FROM {{p}}_workflow
WHERE state IN {_UNFINISHED} GROUP BY name, version, state ORDER BY name, version, state
"""

QUEUED: Final = """
SELECT w.name, w.version, w.queue, coalesce(q.paused, 0) AND NOT w.slot AS held, count(*)
FROM {p}_workflow w LEFT JOIN {p}_queue q ON q.name = w.queue
WHERE w.state = 'queued' GROUP BY w.name, w.version, w.queue, held ORDER BY w.queue, w.name, w.version
"""

OFFER: Final = "UPDATE {p}_executor SET offers = :offers WHERE id = :executor"

EXECUTORS: Final = f"""
SELECT e.id, e.name, e.offers, e.started_at,
    (SELECT count(*) FROM {{p}}_workflow w WHERE w.executor = e.id AND w.state = 'running')
FROM {{p}}_executor e WHERE e.lease_until >= {NOW} ORDER BY e.name, e.id
"""

LOAD_BY_QUEUE: Final = f"""
SELECT queue, state, count(*),
    coalesce({NOW} - min(CASE WHEN state = 'queued' THEN ready_at END), 0.0)
FROM {{p}}_workflow WHERE state IN {_UNFINISHED} GROUP BY queue, state ORDER BY queue, state
"""

EXPORT_WORKFLOW: Final = """
SELECT id, name, version, state, queue, priority, epoch, attempts, signals, input, digest, output, error, reason, parent,
    seed, created_at, started_at,
    finished_at, ready_at, partition,
    deadline_at
FROM {p}_workflow WHERE id = :workflow
"""

EXPORT_CHECKPOINTS: Final = """
SELECT key, kind, name, digest, result, error, attempts, source, epoch, started_at,
    finished_at, due_at
FROM {p}_checkpoint WHERE workflow = :workflow ORDER BY key
"""

EXPORT_MESSAGES: Final = """
SELECT id, topic, body, digest, sender, taken_by, sent_at
FROM {p}_message WHERE workflow = :workflow ORDER BY number
"""

EXPORT_VALUES: Final = """
SELECT name, body, set_at FROM {p}_published WHERE workflow = :workflow ORDER BY name
"""

EXPORT_ITEMS: Final = """
SELECT stream, position, body, emitted_at
FROM {p}_item WHERE workflow = :workflow ORDER BY stream, position
"""

IMPORT_WORKFLOW: Final = """
INSERT OR IGNORE INTO {p}_workflow (id, name, version, state, queue, priority, epoch, attempts, signals, input, digest, output,
    error, reason, parent, seed, created_at, started_at, finished_at, ready_at, partition, deadline_at)
VALUES (:id, :name, :version, :state, :queue, :priority, :epoch, :attempts, :signals, :input,
    :digest, :output, :error, :reason, :parent, :seed, :created,
    :started, :finished, :ready, :partition,
    :deadline) RETURNING id
"""

IMPORT_CHECKPOINT: Final = """
INSERT INTO {p}_checkpoint (workflow, key, kind, name, digest, result, error, attempts, source, epoch, started_at,
    finished_at, due_at)
VALUES (:workflow, :key, :kind, :name, :digest, :result, :error, :attempts, :source, :epoch,
    :started, :finished, :due)
"""

IMPORT_MESSAGE: Final = """
INSERT INTO {p}_message (workflow, id, topic, body, digest, sender, taken_by, sent_at)
VALUES (:workflow, :id, :topic, :body, :digest, :sender, :taken_by, :sent)
"""

IMPORT_VALUE: Final = """
INSERT INTO {p}_published (workflow, name, body, set_at)
VALUES (:workflow, :name, :body, :set)
"""

IMPORT_ITEM: Final = """
INSERT INTO {p}_item (workflow, stream, position, body, emitted_at)
VALUES (:workflow, :stream, :position, :body, :emitted)
"""
