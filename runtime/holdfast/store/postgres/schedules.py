"""Schedules on Postgres."""

from __future__ import annotations

from typing import Any, Final, LiteralString

from msgspec.structs import asdict

from holdfast.store.postgres.session import Session
from holdfast.store.schedules import ScheduleRow

_COLUMNS: Final = (
    "name, cron, timezone, workflow, input, catch_up, queue, priority, paused, extract(epoch FROM next_at)::float8,"
    " extract(epoch FROM last_at)::float8, partition"
)
_PUT: Final = """
INSERT INTO {schema}.schedule AS s (name, cron, timezone, workflow, input, catch_up, queue, priority, partition,
    next_at)
VALUES (%(name)s, %(cron)s, %(timezone)s, %(workflow)s, %(input)s, %(catch_up)s, %(queue)s, %(priority)s,
    %(partition)s, to_timestamp(%(next_at)s))
ON CONFLICT (name) DO UPDATE SET cron = EXCLUDED.cron, timezone = EXCLUDED.timezone, workflow = EXCLUDED.workflow,
    input = EXCLUDED.input, catch_up = EXCLUDED.catch_up, queue = EXCLUDED.queue, priority = EXCLUDED.priority,
    partition = EXCLUDED.partition,
    next_at = CASE WHEN s.cron = EXCLUDED.cron AND s.timezone = EXCLUDED.timezone THEN s.next_at
                   ELSE EXCLUDED.next_at END
"""
_KNOWN: Final = f"SELECT {_COLUMNS} FROM {{schema}}.schedule ORDER BY name"
_DUE: Final = f"""
SELECT extract(epoch FROM clock_timestamp())::float8, {_COLUMNS} FROM {{schema}}.schedule
WHERE NOT paused AND next_at <= clock_timestamp() ORDER BY next_at
"""
_ADVANCE: Final = """
UPDATE {schema}.schedule SET next_at = to_timestamp(%(following)s), last_at = coalesce(to_timestamp(%(last)s), last_at)
WHERE name = %(name)s AND cron = %(cron)s AND timezone = %(timezone)s AND next_at = to_timestamp(%(next_at)s)
RETURNING name
"""
_PAUSE: Final = """
UPDATE {schema}.schedule
SET next_at = CASE WHEN paused AND NOT %(paused)s THEN to_timestamp(%(following)s) ELSE next_at END, paused = %(paused)s
WHERE name = %(name)s RETURNING name
"""
_DELETE: Final = "DELETE FROM {schema}.schedule WHERE name = %(name)s RETURNING name"


class PostgresSchedules:
    """The schedules in a schema.

    Args:
        session: the callers' connection.
        schema: its quoted name.
    """

    def __init__(self, session: Session, schema: str) -> None:
        self._session = session
        self._schema = schema

    def _run(self, sql: LiteralString, **parameters: Any) -> list[Any]:
        return self._session.run(sql.replace("{schema}", self._schema), parameters)

    def put(self, row: ScheduleRow) -> None:
        """Enter a schedule, or change one."""
        self._run(_PUT, **asdict(row))

    def known(self) -> list[ScheduleRow]:
        """Return every schedule, by name."""
        return [ScheduleRow(*row) for row in self._run(_KNOWN)]

    def due(self) -> tuple[float, list[ScheduleRow]]:
        """Return the database's time, and the schedules with a tick until then."""
        rows = self._run(_DUE)
        return (rows[0][0] if rows else 0.0), [ScheduleRow(*row[1:]) for row in rows]

    def advance(self, row: ScheduleRow, following: float, last: float | None) -> bool:
        """Go on to the tick `following`, unless another executor has."""
        return bool(self._run(_ADVANCE, **asdict(row), following=following, last=last))

    def pause(self, name: str, paused: bool, following: float) -> bool:
        """Pause a schedule, or resume it at the tick `following`."""
        return bool(self._run(_PAUSE, name=name, paused=paused, following=following))

    def delete(self, name: str) -> bool:
        """Delete a schedule."""
        return bool(self._run(_DELETE, name=name))
