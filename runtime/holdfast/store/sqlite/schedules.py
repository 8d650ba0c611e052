"""Schedules on SQLite."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import asdict

from holdfast.store.schedules import ScheduleRow
from holdfast.store.sqlite.database import SqliteDatabase


class SqliteSchedules:
    """The schedules in a file.

    Args:
        database: the file.
    """

    def __init__(self, database: SqliteDatabase) -> None:
        self._database = database

    def put(self, row: ScheduleRow) -> None:
        """Enter a schedule, or change one."""
        self._database.change("SCHEDULE_PUT", **asdict(row))

    def known(self) -> list[ScheduleRow]:
        """Return every schedule, by name."""
        return [_row(row) for row in self._database.reading("SCHEDULE_KNOWN")]

    def due(self) -> tuple[float, list[ScheduleRow]]:
        """Return the database's time, and the schedules with a tick until then."""
        rows = self._database.reading("SCHEDULE_DUE")
        return (rows[0][0] if rows else 0.0), [_row(row[1:]) for row in rows]

    def advance(self, row: ScheduleRow, following: float, last: float | None) -> bool:
        """Go on to the tick `following`, unless another executor has."""
        return self._database.change("SCHEDULE_ADVANCE", **asdict(row), following=following, last=last)

    def pause(self, name: str, paused: bool, following: float) -> bool:
        """Pause a schedule, or resume it at the tick `following`."""
        return self._database.change("SCHEDULE_PAUSE", name=name, paused=paused, following=following)

    def delete(self, name: str) -> bool:
        """Delete a schedule."""
        return self._database.change("SCHEDULE_DELETE", name=name)


def _row(row: Sequence[Any]) -> ScheduleRow:
    found = ScheduleRow(*row)
    found.paused = bool(found.paused)
    return found
