"""The statements of queues with limits on SQLite. `{p}` stands for the table prefix."""

from __future__ import annotations

from typing import Final

from holdfast.states import OPEN, leaving, listed
from holdfast.store.sqlite.statements import NOW, ORDER

_OPEN: Final = listed(OPEN)
_LIMITS: Final = "concurrency, per_executor, per_partition, rate_count, rate_per, partition_rate_count, partition_rate_per, partitioned"
_SET_LIMITS: Final = ", ".join(f"{name.strip()} = :{name.strip()}" for name in _LIMITS.split(","))
_CODE: Final = (
    "(version IN (SELECT value FROM json_each(:versions))"
    " OR (name IN (SELECT value FROM json_each(:names)) AND (version IS NULL OR :any)))"
)
_FRESH: Final = (
    f"state = 'queued' AND NOT slot AND queue = :queue AND {_CODE} AND (deadline_at IS NULL OR deadline_at > {NOW})"
)

QUEUE_DECLARE: Final = f"""
INSERT INTO {{p}}_queue (name, declared, {_LIMITS})
VALUES (:name, :declared, {", ".join(f":{name.strip()}" for name in _LIMITS.split(","))})
ON CONFLICT (name) DO UPDATE SET declared = :declared, {_SET_LIMITS} WHERE declared <> :declared
"""

QUEUE_CHANGE: Final = f"UPDATE {{p}}_queue SET {_SET_LIMITS} WHERE name = :name"

QUEUE_PAUSE: Final = "UPDATE {p}_queue SET paused = :paused WHERE name = :name"

QUEUE_KNOWN: Final = f"SELECT name, paused, {_LIMITS} FROM {{p}}_queue ORDER BY name"

QUEUE_ONE: Final = f"SELECT name, paused, {_LIMITS}, served FROM {{p}}_queue WHERE name = :queue"

QUEUE_STATUS: Final = f"""
SELECT q.name, q.paused, {_LIMITS},
    (SELECT count(*) FROM {{p}}_workflow AS w WHERE w.state = 'queued' AND w.queue = q.name),
    (SELECT count(*) FROM {{p}}_workflow AS w WHERE w.slot AND w.state IN {_OPEN} AND w.queue = q.name),
    (SELECT {NOW} - min(w.ready_at) FROM {{p}}_workflow AS w WHERE w.state = 'queued' AND w.queue = q.name)
FROM {{p}}_queue AS q ORDER BY q.name
"""

QUEUES_WITH_WORK: Final = """
SELECT q.name FROM {p}_queue AS q
WHERE (NOT q.paused AND EXISTS (
        SELECT 1 FROM {p}_workflow AS w WHERE w.state = 'queued' AND NOT w.slot AND w.queue = q.name))
   OR EXISTS (SELECT 1 FROM {p}_workflow AS w WHERE w.state = 'queued' AND w.slot AND w.queue = q.name)
"""

QUEUE_BEGUN: Final = f"""
SELECT count(*) FROM {{p}}_workflow
WHERE slot AND state IN {_OPEN} AND queue = :queue AND (:partition IS NULL OR partition = :partition)
"""

QUEUE_OWN: Final = """
SELECT count(*) FROM {p}_workflow WHERE executor = :executor AND state = 'running' AND queue = :queue
"""

QUEUE_RETURNING: Final = f"""
SELECT count(*) FROM (
    SELECT 1 FROM {{p}}_workflow WHERE state = 'queued' AND slot AND queue = :queue AND {_CODE} LIMIT :most)
"""

QUEUE_RECENT: Final = """
SELECT coalesce(sum(started), 0), min(at) + :per - :now FROM {p}_queue_start
WHERE queue = :queue AND (:partition IS NULL OR partition = :partition) AND at > :now - :per
"""

QUEUE_NEXT_PARTITION: Final = """
SELECT partition FROM {p}_workflow
WHERE state = 'queued' AND NOT slot AND queue = :queue AND partition > :after ORDER BY partition LIMIT 1
"""

QUEUE_FIRST_PARTITION: Final = """
SELECT partition FROM {p}_workflow WHERE state = 'queued' AND NOT slot AND queue = :queue ORDER BY partition LIMIT 1
"""

QUEUE_WAITING: Final = f"""
SELECT count(*) FROM (SELECT 1 FROM {{p}}_workflow WHERE {_FRESH} AND partition = :partition LIMIT :most)
"""

_BEGIN: Final = f"""
UPDATE {{p}}_workflow
SET state = 'running', executor = :executor, epoch = epoch + 1, slot = 1, started_at = coalesce(started_at, :now)
WHERE state IN {leaving("claim")}"""
_RETURNING: Final = "RETURNING id, name, version, epoch, attempts, signals, input, seed, parent, created_at"

QUEUE_CLAIM_RETURNING: Final = f"""
{_BEGIN} AND id IN (
    SELECT id FROM {{p}}_workflow WHERE state = 'queued' AND slot AND queue = :queue AND {_CODE}
    ORDER BY {ORDER} LIMIT :returning)
{_RETURNING}
"""

QUEUE_CLAIM_FRESH: Final = f"""
{_BEGIN} AND id IN (
    SELECT id FROM {{p}}_workflow WHERE {_FRESH} AND partition = :partition ORDER BY {ORDER} LIMIT :count)
{_RETURNING}
"""

QUEUE_LOG: Final = """
INSERT INTO {p}_queue_start (queue, partition, at, started) VALUES (:queue, :partition, :now, :started)
"""

QUEUE_FORGET: Final = "DELETE FROM {p}_queue_start WHERE queue = :queue AND at <= :now - :window"

QUEUE_SERVED: Final = "UPDATE {p}_queue SET served = :served WHERE name = :queue"

QUEUE_HOLDER: Final = f"""
SELECT id FROM {{p}}_workflow
WHERE queue = :queue AND deduplication = :deduplication AND state IN {_OPEN[:-1]}, 'stuck')
"""
