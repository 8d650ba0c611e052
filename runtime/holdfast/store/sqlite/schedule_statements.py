"""The statements of schedules on SQLite. `{p}` stands for the table prefix."""

from __future__ import annotations

from typing import Final

from holdfast.store.sqlite.statements import NOW

_COLUMNS: Final = (
    "name, cron, timezone, workflow, input, catch_up, queue, priority, paused, next_at, last_at, partition"
)

SCHEDULE_PUT: Final = f"""
INSERT INTO {{p}}_schedule (name, cron, timezone, workflow, input, catch_up, queue, priority, next_at, created_at,
    partition)
VALUES (:name, :cron, :timezone, :workflow, :input, :catch_up, :queue, :priority, :next_at, {NOW}, :partition)
ON CONFLICT (name) DO UPDATE SET
    next_at = CASE WHEN cron = excluded.cron AND timezone = excluded.timezone THEN next_at ELSE excluded.next_at END,
    cron = excluded.cron, timezone = excluded.timezone, workflow = excluded.workflow, input = excluded.input,
    catch_up = excluded.catch_up, queue = excluded.queue, priority = excluded.priority,
    partition = excluded.partition
"""

SCHEDULE_KNOWN: Final = f"SELECT {_COLUMNS} FROM {{p}}_schedule ORDER BY name"

SCHEDULE_DUE: Final = f"""
SELECT {NOW}, {_COLUMNS} FROM {{p}}_schedule WHERE NOT paused AND next_at <= {NOW} ORDER BY next_at
"""

SCHEDULE_ADVANCE: Final = """
UPDATE {p}_schedule SET next_at = :following, last_at = coalesce(:last, last_at)
WHERE name = :name AND cron = :cron AND timezone = :timezone AND next_at = :next_at
"""

SCHEDULE_PAUSE: Final = """
UPDATE {p}_schedule
SET next_at = CASE WHEN paused AND NOT :paused THEN :following ELSE next_at END, paused = :paused WHERE name = :name
"""

SCHEDULE_DELETE: Final = "DELETE FROM {p}_schedule WHERE name = :name"
