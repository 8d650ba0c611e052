"""What is stored of a schedule, and what a store must do for schedules."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct


class ScheduleRow(Struct):
    """A schedule as it stands in the database.

    Attributes:
        name: names it, and begins the ids of what it starts.
        cron: when it is due, in the notation of crontab(5).
        timezone: a name of the IANA time zone database.
        workflow: the registered name of what it starts.
        input: its encoded arguments.
        catch_up: how many of the ticks that nobody was there for are made up, the latest of them; as text.
        queue: where what it starts waits.
        priority: there.
        paused: whether its ticks are skipped.
        next_at: the first tick that has not been seen to.
        last_at: the last one that was.
        partition: of the queue, "" for none.
    """

    name: str
    cron: str
    timezone: str
    workflow: str
    input: bytes
    catch_up: str
    queue: str
    priority: int
    paused: bool
    next_at: float
    last_at: float | None
    partition: str = ""


class ScheduleStore(Protocol):
    """The schedules. Who starts what is due and who says so afterwards may be several at once: ids tell ticks apart."""

    def put(self, row: ScheduleRow) -> None:
        """Enter a schedule, or change one; an unchanged `cron` and `timezone` go on where they are, paused or not."""

    def known(self) -> list[ScheduleRow]:
        """Return every schedule, by name."""

    def due(self) -> tuple[float, list[ScheduleRow]]:
        """Return the database's time, and the schedules with a tick until then."""

    def advance(self, row: ScheduleRow, following: float, last: float | None) -> bool:
        """Go on to the tick `following`; return False when another executor has, or the schedule is another one now."""

    def pause(self, name: str, paused: bool, following: float) -> bool:
        """Pause a schedule, or resume it at the tick `following`; return False when there is none of that name."""

    def delete(self, name: str) -> bool:
        """Delete a schedule; return False when there is none of that name."""
