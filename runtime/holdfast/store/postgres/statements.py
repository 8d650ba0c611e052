"""The named statements of the store on Postgres, one operation each. `{schema}` stands for the quoted schema name."""

from __future__ import annotations

from typing import Final

from holdfast.states import FINISHED, OPEN, leaving, listed

_OPEN: Final = listed(OPEN)
_FINISHED: Final = listed(FINISHED)
_SECONDS: Final = "* interval '1 second'"
_COLUMNS: Final = (
    "w.id, w.name, w.version, w.state, w.queue, w.priority, w.executor, w.epoch, w.attempts, w.signals, w.input,"
    " w.digest, w.output, w.error, w.reason, w.parent, w.seed, extract(epoch FROM w.created_at)::float8,"
    " extract(epoch FROM w.started_at)::float8, extract(epoch FROM w.finished_at)::float8,"
    " extract(epoch FROM w.ready_at)::float8, w.partition, extract(epoch FROM w.deadline_at)::float8"
)
ORDER: Final = "(ready_at AT TIME ZONE 'UTC') + priority * interval '60 seconds'"
"""Who is claimed first. A priority is worth a minute a step, so that one who waits long enough comes before newer ones of
any priority; as an expression of the row alone it can be an index's, which a backlog does not make slower."""

LET_GO: Final = "5000"
"""Milliseconds after which the server ends a transaction of ours that asks for nothing more, and rolls it back: a process
that was paused, or cut off from the network, in the middle of one must not keep its locks from those who take over. It is
tried again when the process wakes."""


# The first of an order is looked up in the index, where `EXISTS` might read the table until something fits.
QUEUES_READY: Final = f"""
SELECT q.name FROM {{schema}}.queue q
WHERE (NOT q.paused AND (SELECT w.partition FROM {{schema}}.workflow w
                         WHERE w.state = 'queued' AND NOT w.slot AND w.queue = q.name
                         ORDER BY w.partition LIMIT 1) IS NOT NULL)
   OR (SELECT w.id FROM {{schema}}.workflow w WHERE w.state = 'queued' AND w.slot AND w.queue = q.name
       ORDER BY {ORDER} LIMIT 1) IS NOT NULL
"""

HEARTBEAT: Final = f"""
WITH before AS (SELECT lease_until FROM {{schema}}.executor WHERE id = %(executor)s),
beat AS (
    INSERT INTO {{schema}}.executor (id, name, process, lease_until)
    VALUES (%(executor)s, %(name)s, %(process)s, clock_timestamp() + %(lease)s {_SECONDS})
    ON CONFLICT (id) DO UPDATE SET lease_until = clock_timestamp() + %(lease)s {_SECONDS}
)
SELECT extract(epoch FROM clock_timestamp())::float8,
    coalesce((SELECT lease_until < clock_timestamp() FROM before), true),
    EXISTS (SELECT FROM {{schema}}.executor WHERE lease_until < clock_timestamp() AND id <> %(executor)s)
"""

RETIRE: Final = "DELETE FROM {schema}.executor WHERE id = %(executor)s"

PROCESSES: Final = "SELECT id, process FROM {schema}.executor WHERE lease_until >= clock_timestamp()"

EXPIRE: Final = "UPDATE {schema}.executor SET lease_until = '-infinity' WHERE id = ANY(%(executors)s)"

# An executor without a row is dead too: it was buried while it slept, and started work before its next heartbeat.
TAKE_OVER: Final = f"""
WITH dead AS MATERIALIZED (
    SELECT DISTINCT w.executor AS id FROM {{schema}}.workflow w
    WHERE w.state IN {leaving("take over")} AND NOT EXISTS (
        SELECT FROM {{schema}}.executor e WHERE e.id = w.executor AND e.lease_until >= clock_timestamp())
), free AS MATERIALIZED (
    SELECT w.id FROM {{schema}}.workflow w JOIN dead ON dead.id = w.executor
    WHERE w.state IN {leaving("take over")} FOR NO KEY UPDATE OF w SKIP LOCKED
), lost AS (
    UPDATE {{schema}}.workflow w
    SET state = CASE WHEN w.attempts < %(most)s THEN 'queued' ELSE 'stuck' END,
        reason = CASE WHEN w.attempts < %(most)s THEN NULL ELSE %(reason)s END,
        executor = NULL, epoch = w.epoch + 1, attempts = w.attempts + 1, ready_at = clock_timestamp(), slot = false
    FROM free WHERE w.id = free.id AND w.state IN {leaving("take over")}
    RETURNING w.id, w.state
), buried AS (
    DELETE FROM {{schema}}.executor e WHERE e.lease_until < clock_timestamp() AND NOT EXISTS (
        SELECT FROM {{schema}}.workflow w WHERE w.executor = e.id AND w.state IN {leaving("take over")}
            AND NOT EXISTS (SELECT FROM lost WHERE lost.id = w.id))
)
SELECT count(*) FILTER (WHERE state = 'queued') FROM lost
"""

PROMOTE: Final = f"""
WITH due AS (
    SELECT id FROM {{schema}}.workflow
    WHERE state IN {leaving("promote")} AND ready_at <= clock_timestamp()
    ORDER BY ready_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
), promoted AS (
    UPDATE {{schema}}.workflow w SET state = 'queued'
    WHERE w.id = ANY(ARRAY(SELECT id FROM due)) AND w.state IN {leaving("promote")} RETURNING w.id
)
SELECT (SELECT count(*) FROM promoted),
    extract(epoch FROM least(
        (SELECT ready_at FROM {{schema}}.workflow
         WHERE state IN {leaving("promote")} AND ready_at > clock_timestamp() ORDER BY ready_at LIMIT 1),
        (SELECT deadline_at FROM {{schema}}.workflow
         WHERE deadline_at IS NOT NULL AND state IN {_OPEN} AND deadline_at > clock_timestamp()
         ORDER BY deadline_at LIMIT 1),
        (SELECT next_at FROM {{schema}}.schedule WHERE NOT paused AND next_at > clock_timestamp() ORDER BY next_at LIMIT 1)
    ) - clock_timestamp())::float8,
    ARRAY(SELECT id FROM {{schema}}.workflow
          WHERE deadline_at IS NOT NULL AND state IN {_OPEN} AND deadline_at <= clock_timestamp()
          ORDER BY deadline_at LIMIT %(most)s),
    ARRAY(SELECT name FROM {{schema}}.queue),
    ARRAY({QUEUES_READY}),
    EXISTS (SELECT FROM {{schema}}.schedule WHERE NOT paused AND next_at <= clock_timestamp())
"""

# A plan for any number takes a `LIMIT` for a tenth of the table, which it would join by reading all of it. An array it takes
# for ten ids, which it looks up.
CLAIM: Final = f"""
WITH next AS (
    SELECT id FROM {{schema}}.workflow
    WHERE state = 'queued' AND NOT slot AND queue = %(queue)s AND partition = ''
      AND (version = ANY(%(versions)s) OR (name = ANY(%(names)s) AND (version IS NULL OR %(any)s)))
    ORDER BY {ORDER} LIMIT %(most)s FOR UPDATE SKIP LOCKED
)
UPDATE {{schema}}.workflow w
SET state = 'running', executor = %(executor)s, epoch = w.epoch + 1,
    started_at = coalesce(w.started_at, clock_timestamp())
WHERE w.id = ANY(ARRAY(SELECT id FROM next)) AND w.state IN {leaving("claim")}
RETURNING w.id, w.name, w.version, w.epoch, w.attempts, w.signals, w.input, w.seed, w.parent,
    extract(epoch FROM w.created_at)::float8
"""

OWNED: Final = "SELECT id, epoch FROM {schema}.workflow WHERE executor = %(executor)s AND state = 'running'"

LOAD: Final = """
SELECT workflow, key, kind, name, digest, result, error, extract(epoch FROM started_at)::float8,
    extract(epoch FROM finished_at)::float8, attempts, source,
    extract(epoch FROM due_at - clock_timestamp())::float8
FROM {schema}.checkpoint WHERE workflow = ANY(%(workflows)s)
"""

TIME: Final = "SELECT extract(epoch FROM clock_timestamp())::float8"

ROWS: Final = f"SELECT {_COLUMNS} FROM {{schema}}.workflow w WHERE w.id = ANY(%(workflows)s)"

SELECT: Final = f"""
SELECT {_COLUMNS} FROM {{schema}}.workflow w
WHERE (%(states)s::text[] IS NULL OR w.state = ANY(%(states)s::text[]))
  AND (%(name)s::text IS NULL OR w.name = %(name)s::text)
  AND (%(queue)s::text IS NULL OR w.queue = %(queue)s::text)
  AND (%(parent)s::text IS NULL OR w.parent = %(parent)s::text)
  AND (%(prefix)s::text IS NULL OR starts_with(w.id, %(prefix)s::text))
  AND (%(after)s::float8 IS NULL OR w.created_at >= to_timestamp(%(after)s::float8))
  AND (%(before)s::float8 IS NULL OR w.created_at < to_timestamp(%(before)s::float8))
  AND (%(open_since)s::float8 IS NULL OR w.finished_at IS NULL
       OR w.finished_at >= to_timestamp(%(open_since)s::float8))
  AND (%(older)s::float8 IS NULL
       OR (w.created_at, w.id) < (to_timestamp(%(older)s::float8), %(older_id)s::text))
ORDER BY w.created_at {{direction}}, w.id {{direction}} LIMIT %(limit)s OFFSET %(offset)s
"""

CANCEL: Final = f"""
WITH RECURSIVE family (id) AS (
    SELECT id FROM {{schema}}.workflow WHERE id = ANY(%(workflows)s)
    UNION
    SELECT w.id FROM {{schema}}.workflow w JOIN family ON w.parent = family.id WHERE %(children)s
)
UPDATE {{schema}}.workflow w
SET state = 'cancelled', executor = NULL, epoch = w.epoch + 1, ready_at = NULL, finished_at = clock_timestamp(),
    reason = %(reason)s
FROM family WHERE w.id = family.id AND w.state IN {leaving("cancel")}
RETURNING w.id, w.parent
"""

SIGNAL: Final = f"""
UPDATE {{schema}}.workflow w
SET signals = w.signals + 1,
    ready_at = CASE WHEN w.state IN {leaving("signal")} THEN clock_timestamp() ELSE w.ready_at END,
    state = CASE WHEN w.state IN {leaving("signal")} THEN 'queued' ELSE w.state END
WHERE w.id = ANY(%(workflows)s) AND w.state IN ('running', 'waiting')
"""

DROP_JOURNALS: Final = "DELETE FROM {schema}.checkpoint WHERE workflow = ANY(%(workflows)s)"

RESUME: Final = f"""
UPDATE {{schema}}.workflow w
SET state = 'queued', epoch = w.epoch + 1, attempts = 1, ready_at = clock_timestamp(), finished_at = NULL,
    output = NULL, error = NULL, reason = NULL, version = %(version)s, slot = false, deadline_at = NULL,
    deduplication = CASE WHEN w.state IN {_FINISHED} THEN NULL ELSE w.deduplication END
WHERE w.id = %(workflow)s AND w.state IN {leaving("resume")}
  AND (%(epoch)s::bigint IS NULL OR w.epoch = %(epoch)s::bigint)
RETURNING w.id
"""

DROP: Final = "DELETE FROM {schema}.checkpoint WHERE workflow = %(workflow)s AND key = ANY(%(keys)s)"

FORK: Final = """
INSERT INTO {schema}.workflow (id, name, version, state, queue, priority, ready_at, epoch, attempts, input, digest,
    seed, created_at, partition)
SELECT %(new)s, name, %(version)s, 'queued', queue, priority, clock_timestamp(), 1, 1, input, digest, seed,
    created_at, partition
FROM {schema}.workflow WHERE id = %(workflow)s
ON CONFLICT DO NOTHING
"""

FORK_CHECKPOINTS: Final = """
INSERT INTO {schema}.checkpoint (workflow, key, kind, name, digest, result, error, attempts, source, epoch, started_at,
    finished_at, due_at)
SELECT %(new)s, key, kind, name, digest, result, error, attempts, source, 0, started_at, finished_at, due_at
FROM {schema}.checkpoint WHERE workflow = %(workflow)s AND key = ANY(%(keys)s)
"""

NOTIFY: Final = "SELECT pg_notify(%(channel)s, %(what)s)"

SCHEMA_VERSION: Final = "SELECT max(version) FROM {schema}.migration"
MIGRATION_TABLE: Final = """
CREATE TABLE IF NOT EXISTS {schema}.migration (
    version integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())
"""

# The checkpoint of a user's transaction, the last statement before its commit.
RECORD: Final = f"""
INSERT INTO {{schema}}.checkpoint (workflow, key, kind, name, digest, result, error, attempts, source, epoch, started_at,
    finished_at)
SELECT w.id, %(key)s, %(kind)s, %(name)s, %(digest)s, %(result)s, %(error)s, %(attempts)s, %(source)s, w.epoch,
    to_timestamp(%(started)s), to_timestamp(%(finished)s)
FROM {{schema}}.workflow w
WHERE w.id = %(workflow)s AND w.epoch = %(epoch)s AND w.state IN {leaving("finish")}
    AND set_config('idle_in_transaction_session_timeout', '{LET_GO}', true) IS NOT NULL FOR SHARE
"""
