"""The named statements of operations on Postgres; `holdfast.store.administration` says what they are for."""

from __future__ import annotations

from typing import Final

from holdfast.states import FINISHED, OPEN, State, listed

_UNFINISHED: Final = listed(OPEN | {State.STUCK})

PRUNE: Final = f"""
SELECT w.id, extract(epoch FROM w.created_at)::float8 FROM {{schema}}.workflow w
WHERE (w.created_at, w.id) > (to_timestamp(%(after)s), %(after_id)s) AND w.created_at < to_timestamp(%(before)s)
  AND w.state IN {listed(FINISHED)} AND w.finished_at < to_timestamp(%(before)s)
  AND (%(name)s::text IS NULL OR w.name = %(name)s::text)
  AND NOT EXISTS (SELECT FROM {{schema}}.workflow p WHERE p.id = w.parent
                  AND (p.finished_at IS NULL OR p.finished_at >= to_timestamp(%(before)s)))
ORDER BY w.created_at, w.id LIMIT %(most)s FOR UPDATE OF w SKIP LOCKED
"""

DELETE: Final = "DELETE FROM {schema}.workflow WHERE id = ANY(%(workflows)s)"
DELETE_CHECKPOINTS: Final = "DELETE FROM {schema}.checkpoint WHERE workflow = ANY(%(workflows)s)"
DELETE_MESSAGES: Final = "DELETE FROM {schema}.message WHERE workflow = ANY(%(workflows)s)"
DELETE_VALUES: Final = "DELETE FROM {schema}.published WHERE workflow = ANY(%(workflows)s)"
DELETE_WAITERS: Final = "DELETE FROM {schema}.waiter WHERE workflow = ANY(%(workflows)s)"
DELETE_ITEMS: Final = "DELETE FROM {schema}.item WHERE workflow = ANY(%(workflows)s)"

VERSIONS: Final = f"""
SELECT name, version, state, count(*), extract(epoch FROM min(created_at))::float8 FROM {{schema}}.workflow
WHERE state IN {_UNFINISHED} GROUP BY name, version, state ORDER BY name, version, state
"""

QUEUED: Final = """
SELECT w.name, w.version, w.queue, coalesce(q.paused, false) AND NOT w.slot AS held, count(*)
FROM {schema}.workflow w LEFT JOIN {schema}.queue q ON q.name = w.queue
WHERE w.state = 'queued' GROUP BY w.name, w.version, w.queue, held ORDER BY w.queue, w.name, w.version
"""

OFFER: Final = "UPDATE {schema}.executor SET offers = %(offers)s WHERE id = %(executor)s"

EXECUTORS: Final = """
SELECT e.id, e.name, e.offers, extract(epoch FROM e.started_at)::float8,
    (SELECT count(*) FROM {schema}.workflow w WHERE w.executor = e.id AND w.state = 'running')
FROM {schema}.executor e WHERE e.lease_until >= clock_timestamp() ORDER BY e.name, e.id
"""

LOAD_BY_QUEUE: Final = f"""
SELECT queue, state, count(*),
    coalesce(extract(epoch FROM clock_timestamp() - min(ready_at) FILTER (WHERE state = 'queued')), 0)::float8
FROM {{schema}}.workflow WHERE state IN {_UNFINISHED} GROUP BY queue, state ORDER BY queue, state
"""

EXPORT_WORKFLOW: Final = """
SELECT id, name, version, state, queue, priority, epoch, attempts, signals, input, digest, output, error, reason, parent,
    seed, extract(epoch FROM created_at)::float8, extract(epoch FROM started_at)::float8,
    extract(epoch FROM finished_at)::float8, extract(epoch FROM ready_at)::float8, partition,
    extract(epoch FROM deadline_at)::float8
FROM {schema}.workflow WHERE id = %(workflow)s
"""

EXPORT_CHECKPOINTS: Final = """
SELECT key, kind, name, digest, result, error, attempts, source, epoch, extract(epoch FROM started_at)::float8,
    extract(epoch FROM finished_at)::float8, extract(epoch FROM due_at)::float8
FROM {schema}.checkpoint WHERE workflow = %(workflow)s ORDER BY key
"""

EXPORT_MESSAGES: Final = """
SELECT id, topic, body, digest, sender, taken_by, extract(epoch FROM sent_at)::float8
FROM {schema}.message WHERE workflow = %(workflow)s ORDER BY number
"""

EXPORT_VALUES: Final = """
SELECT name, body, extract(epoch FROM set_at)::float8 FROM {schema}.published WHERE workflow = %(workflow)s ORDER BY name
"""

EXPORT_ITEMS: Final = """
SELECT stream, position, body, extract(epoch FROM emitted_at)::float8
FROM {schema}.item WHERE workflow = %(workflow)s ORDER BY stream, position
"""

IMPORT_WORKFLOW: Final = """
INSERT INTO {schema}.workflow (id, name, version, state, queue, priority, epoch, attempts, signals, input, digest, output,
    error, reason, parent, seed, created_at, started_at, finished_at, ready_at, partition, deadline_at)
VALUES (%(id)s, %(name)s, %(version)s, %(state)s, %(queue)s, %(priority)s, %(epoch)s, %(attempts)s, %(signals)s, %(input)s,
    %(digest)s, %(output)s, %(error)s, %(reason)s, %(parent)s, %(seed)s, to_timestamp(%(created)s),
    to_timestamp(%(started)s), to_timestamp(%(finished)s), to_timestamp(%(ready)s), %(partition)s,
    to_timestamp(%(deadline)s))
ON CONFLICT DO NOTHING RETURNING id
"""

IMPORT_CHECKPOINT: Final = """
INSERT INTO {schema}.checkpoint (workflow, key, kind, name, digest, result, error, attempts, source, epoch, started_at,
    finished_at, due_at)
VALUES (%(workflow)s, %(key)s, %(kind)s, %(name)s, %(digest)s, %(result)s, %(error)s, %(attempts)s, %(source)s, %(epoch)s,
    to_timestamp(%(started)s), to_timestamp(%(finished)s), to_timestamp(%(due)s))
"""

IMPORT_MESSAGE: Final = """
INSERT INTO {schema}.message (workflow, id, topic, body, digest, sender, taken_by, sent_at)
VALUES (%(workflow)s, %(id)s, %(topic)s, %(body)s, %(digest)s, %(sender)s, %(taken_by)s, to_timestamp(%(sent)s))
"""

IMPORT_VALUE: Final = """
INSERT INTO {schema}.published (workflow, name, body, set_at)
VALUES (%(workflow)s, %(name)s, %(body)s, to_timestamp(%(set)s))
"""

IMPORT_ITEM: Final = """
INSERT INTO {schema}.item (workflow, stream, position, body, emitted_at)
VALUES (%(workflow)s, %(stream)s, %(position)s, %(body)s, to_timestamp(%(emitted)s))
"""
