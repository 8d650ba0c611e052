"""The statements of queues with limits on Postgres. `{schema}` stands for the quoted schema name."""

from __future__ import annotations

from typing import Final

from holdfast.states import OPEN, leaving, listed
from holdfast.store.postgres.statements import ORDER

_OPEN: Final = listed(OPEN)
_LIMITS: Final = "concurrency, per_executor, per_partition, rate_count, rate_per, partition_rate_count, partition_rate_per, partitioned"
_SET_LIMITS: Final = ", ".join(f"{name.strip()} = %({name.strip()})s" for name in _LIMITS.split(","))
_CODE: Final = "(version = ANY(%(versions)s) OR (name = ANY(%(names)s) AND (version IS NULL OR %(any)s)))"
_FRESH: Final = (
    f"w.state = 'queued' AND NOT w.slot AND w.queue = %(queue)s AND {_CODE}"
    " AND (w.deadline_at IS NULL OR w.deadline_at > clock_timestamp())"
)

QUEUE_DECLARE: Final = f"""
INSERT INTO {{schema}}.queue AS q (name, declared, {_LIMITS})
VALUES (%(name)s, %(declared)s, {", ".join(f"%({name.strip()})s" for name in _LIMITS.split(","))})
ON CONFLICT (name) DO UPDATE SET declared = %(declared)s, {_SET_LIMITS} WHERE q.declared <> %(declared)s
RETURNING name
"""

QUEUE_DECLARED: Final = "SELECT declared = %(declared)s FROM {schema}.queue WHERE name = %(name)s"

QUEUE_CHANGE: Final = f"UPDATE {{schema}}.queue SET {_SET_LIMITS} WHERE name = %(name)s RETURNING name"

QUEUE_PAUSE: Final = "UPDATE {schema}.queue SET paused = %(paused)s WHERE name = %(name)s RETURNING name"

QUEUE_KNOWN: Final = f"SELECT name, paused, {_LIMITS} FROM {{schema}}.queue ORDER BY name"

QUEUE_STATUS: Final = f"""
SELECT q.name, q.paused, {_LIMITS},
    (SELECT count(*) FROM {{schema}}.workflow w WHERE w.state = 'queued' AND w.queue = q.name),
    (SELECT count(*) FROM {{schema}}.workflow w WHERE w.slot AND w.state IN {_OPEN} AND w.queue = q.name),
    (SELECT extract(epoch FROM clock_timestamp() - min(w.ready_at))::float8 FROM {{schema}}.workflow w
     WHERE w.state = 'queued' AND w.queue = q.name)
FROM {{schema}}.queue q ORDER BY q.name
"""

# A process that is stopped in the midst of a claim must not keep the others from the queue for long.
QUEUE_PATIENCE: Final = """
SELECT set_config('idle_in_transaction_session_timeout', '5000', true), set_config('lock_timeout', '1000', true)
"""

# What is counted must be counted after the lock is there, by another statement: each sees what was committed before it.
QUEUE_LOCK: Final = f"SELECT name, paused, {_LIMITS} FROM {{schema}}.queue WHERE name = %(queue)s FOR UPDATE"

QUEUE_USAGE: Final = f"""
SELECT
    CASE WHEN q.concurrency IS NULL THEN 0 ELSE (
        SELECT count(*) FROM {{schema}}.workflow w
        WHERE w.slot AND w.state IN {_OPEN} AND w.queue = %(queue)s) END,
    CASE WHEN q.per_executor IS NULL THEN 0 ELSE (
        SELECT count(*) FROM {{schema}}.workflow w
        WHERE w.executor = %(executor)s AND w.state = 'running' AND w.queue = %(queue)s) END,
    (SELECT count(*) FROM (
        SELECT FROM {{schema}}.workflow w WHERE w.state = 'queued' AND w.slot AND w.queue = %(queue)s AND {_CODE}
        ORDER BY {ORDER} LIMIT %(most)s) AS back),
    recent.started, recent.wait
FROM {{schema}}.queue q CROSS JOIN LATERAL (
    SELECT coalesce(sum(s.started), 0)::bigint AS started,
        extract(epoch FROM min(s.at) - clock_timestamp())::float8 + q.rate_per AS wait
    FROM {{schema}}.queue_start s
    WHERE s.queue = %(queue)s AND s.at > clock_timestamp() - q.rate_per * interval '1 second'
) AS recent
WHERE q.name = %(queue)s
"""

# The partitions with work, found by skipping through the index from one to the next: first those after the one that was
# served last, then round to it.
QUEUE_HEADS: Final = f"""
WITH RECURSIVE q AS MATERIALIZED (
    SELECT * FROM {{schema}}.queue WHERE name = %(queue)s
), ahead (partition, place) AS (
    (SELECT w.partition, 1 FROM {{schema}}.workflow w
     WHERE w.state = 'queued' AND NOT w.slot AND w.queue = %(queue)s AND w.partition > (SELECT served FROM q)
     ORDER BY w.partition LIMIT 1)
    UNION ALL
    SELECT (SELECT w.partition FROM {{schema}}.workflow w
            WHERE w.state = 'queued' AND NOT w.slot AND w.queue = %(queue)s AND w.partition > a.partition
            ORDER BY w.partition LIMIT 1), a.place + 1
    FROM ahead a WHERE a.partition IS NOT NULL AND a.place < %(heads)s
), around (partition, place) AS (
    (SELECT w.partition, 1 FROM {{schema}}.workflow w
     WHERE w.state = 'queued' AND NOT w.slot AND w.queue = %(queue)s AND w.partition <= (SELECT served FROM q)
     ORDER BY w.partition LIMIT 1)
    UNION ALL
    SELECT (SELECT w.partition FROM {{schema}}.workflow w
            WHERE w.state = 'queued' AND NOT w.slot AND w.queue = %(queue)s AND w.partition > a.partition
              AND w.partition <= (SELECT served FROM q)
            ORDER BY w.partition LIMIT 1), a.place + 1
    FROM around a WHERE a.partition IS NOT NULL AND a.place < %(heads)s
), heads AS MATERIALIZED (
    SELECT partition, 0 AS round, place FROM ahead WHERE partition IS NOT NULL
    UNION ALL SELECT partition, 1, place FROM around WHERE partition IS NOT NULL
    ORDER BY round, place LIMIT %(heads)s
)
SELECT h.partition,
    (SELECT count(*) FROM (
        SELECT FROM {{schema}}.workflow w WHERE {_FRESH} AND w.partition = h.partition
        ORDER BY {ORDER}
        LIMIT (SELECT greatest(1, least(%(most)s, 2 * %(most)s / count(*))) FROM heads)) AS candidates),
    CASE WHEN q.per_partition IS NULL THEN 0 ELSE (
        SELECT count(*) FROM {{schema}}.workflow w
        WHERE w.slot AND w.state IN {_OPEN} AND w.queue = %(queue)s AND w.partition = h.partition) END,
    recent.started, recent.wait
FROM q CROSS JOIN heads h CROSS JOIN LATERAL (
    SELECT coalesce(sum(s.started), 0)::bigint AS started,
        extract(epoch FROM min(s.at) - clock_timestamp())::float8 + q.partition_rate_per AS wait
    FROM {{schema}}.queue_start s
    WHERE s.queue = %(queue)s AND s.partition = h.partition
      AND s.at > clock_timestamp() - q.partition_rate_per * interval '1 second'
) AS recent
ORDER BY h.round, h.place
"""

QUEUE_CLAIM: Final = f"""
WITH clock AS MATERIALIZED (
    SELECT clock_timestamp() AS now
), held AS (
    SELECT w.id FROM {{schema}}.workflow w
    WHERE w.state = 'queued' AND w.slot AND w.queue = %(queue)s AND {_CODE}
    ORDER BY {ORDER} LIMIT %(returning)s FOR UPDATE SKIP LOCKED
), fresh AS MATERIALIZED (
    SELECT taken.id, taken.partition
    FROM unnest(%(partitions)s::text[], %(counts)s::bigint[]) AS allotted (partition, count)
    CROSS JOIN LATERAL (
        SELECT w.id, w.partition FROM {{schema}}.workflow w
        WHERE {_FRESH} AND w.partition = allotted.partition
        ORDER BY {ORDER} LIMIT allotted.count FOR UPDATE SKIP LOCKED
    ) AS taken
), logged AS (
    INSERT INTO {{schema}}.queue_start (queue, partition, at, started)
    SELECT %(queue)s, fresh.partition, clock.now, count(*) FROM fresh CROSS JOIN clock WHERE %(rated)s
    GROUP BY fresh.partition, clock.now
), forgotten AS (
    DELETE FROM {{schema}}.queue_start s USING clock
    WHERE s.queue = %(queue)s AND s.at <= clock.now - %(window)s * interval '1 second' AND %(rated)s
), served AS (
    UPDATE {{schema}}.queue SET served = %(served)s WHERE name = %(queue)s AND served <> %(served)s
)
UPDATE {{schema}}.workflow w
SET state = 'running', executor = %(executor)s, epoch = w.epoch + 1, slot = true,
    started_at = coalesce(w.started_at, (SELECT now FROM clock))
WHERE w.id = ANY(ARRAY(SELECT id FROM held UNION ALL SELECT id FROM fresh)) AND w.state IN {leaving("claim")}
RETURNING w.id, w.name, w.version, w.epoch, w.attempts, w.signals, w.input, w.seed, w.parent,
    extract(epoch FROM w.created_at)::float8
"""

QUEUE_HOLDER: Final = f"""
SELECT id FROM {{schema}}.workflow
WHERE queue = %(queue)s AND deduplication = %(deduplication)s AND state IN {listed(OPEN)[:-1]}, 'stuck')
"""
