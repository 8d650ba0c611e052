"""`engine.schedules`: what is started at certain times, once a tick whatever the number of executors."""

from __future__ import annotations

import builtins
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from holdfast import values
from holdfast.engine.handle import Handle, moment
from holdfast.engine.ids import check_id
from holdfast.engine.ticks import Ticks, tick_id
from holdfast.errors import UnknownSchedule
from holdfast.states import State
from holdfast.store.records import Entry, Start
from holdfast.store.schedules import ScheduleRow

if TYPE_CHECKING:
    from holdfast.engine.core import Core

_log = logging.getLogger("holdfast.engine")

CatchUp = Literal["skip", "one", "all"] | int

_ON_TIME: Final = 60.0
"""Seconds that a tick may be late with `catch_up="skip"`: what the executors that were there needed to see to it."""
_MOST: Final = 1000
"""Ticks that `catch_up="all"` makes up at most: the latest."""
_MOST_BACKFILLED: Final = 100_000


@dataclass(frozen=True)
class ScheduleRecord:
    """A schedule as it stands in the database.

    Attributes:
        name: its name; what it starts has the id `name/2026-03-29T01:00:00Z`.
        cron: when it is due.
        timezone: by which clock.
        workflow: the name of what it starts.
        catch_up: `skip`, `one`, `all` or a number.
        queue: where that waits.
        priority: there.
        paused: whether its ticks are skipped.
        next_at: the next tick, None while it is paused.
        last_at: the last tick that was seen to.
        partition: of the queue, "" for none.
    """

    name: str
    cron: str
    timezone: str
    workflow: str
    catch_up: str
    queue: str
    priority: int
    paused: bool
    next_at: datetime | None
    last_at: datetime | None
    partition: str


def put(core: Core, row: ScheduleRow) -> None:
    """Enter a schedule, or change it."""
    if row.catch_up not in ("skip", "one", "all") and not (row.catch_up.isdecimal() and int(row.catch_up) > 0):
        raise ValueError(f"`catch_up` is `skip`, `one`, `all` or a number of 1 or more, not {row.catch_up!r}")
    check_id(tick_id(row.name, 0.0))
    row.next_at = Ticks(row.cron, row.timezone).after(core.store.now())
    core.store.schedules.put(row)
    core.store.queued("changed")
    core.pulse.expect(0.0)


def start_due(core: Core) -> None:
    """Start what schedules are due for. Other executors may do the same: the id of a tick makes it one run."""
    now, rows = core.store.schedules.due()
    for row in rows:
        try:
            ticks = Ticks(row.cron, row.timezone)
        except ValueError as error:  # stored by a machine with another time zone database
            _log.error("the schedule %r cannot be served here: %s", row.name, error)
            continue
        missed = _made_up(ticks, row, now)
        _start(core, row, missed)
        core.store.schedules.advance(row, ticks.after(now), missed[-1] if missed else None)


def _made_up(ticks: Ticks, row: ScheduleRow, now: float) -> list[float]:
    """Return the ticks to start something for, of those that have come since the last look."""
    most = {"skip": 1, "one": 1, "all": _MOST}.get(row.catch_up) or int(row.catch_up)
    since = max(row.next_at, now - _ON_TIME) if row.catch_up == "skip" else row.next_at
    return ticks.until(now, since, most)


def _start(core: Core, row: ScheduleRow, ticks: Sequence[float]) -> list[str]:
    """Enqueue what `row` starts, for each tick for which it has not been yet; return the ids."""
    digest = values.digest(core.unseal(row.input))
    entries = []
    for tick in ticks:
        id = tick_id(row.name, tick)
        start = Start(
            id=id,
            name=row.workflow,
            version=None,
            state=State.QUEUED,
            queue=row.queue,
            priority=row.priority,
            input=row.input,
            digest=digest,
            executor=None,
            epoch=0,
            created=core.time(),
            seed=id,
            partition=row.partition,
        )
        entries.append(Entry(id, 0, start=start))
    for ticket in [core.committer.submit(entry) for entry in entries]:
        core.committer.wait(ticket)
    if entries:
        core.pulse.wake()
    return [entry.workflow for entry in entries]


class Schedules:
    """The schedules of one database.

    Args:
        core: whose database it is.
    """

    def __init__(self, core: Core) -> None:
        self._core = core

    def list(self) -> builtins.list[ScheduleRecord]:
        """Return every schedule, by name."""
        return [_record(row) for row in self._core.store.schedules.known()]

    def get(self, name: str) -> ScheduleRecord:
        """Return one schedule; raise `UnknownSchedule` when there is none of that name."""
        return _record(self._row(name))

    def pause(self, name: str) -> None:
        """Skip the ticks of a schedule from now on. What it has started goes on."""
        self._pause(name, True)

    def resume(self, name: str) -> None:
        """Undo `pause`; what was due meanwhile is not made up (`backfill` does that)."""
        self._pause(name, False)

    def trigger(self, name: str) -> Handle[Any]:
        """Start what a schedule starts, now, paused or not; return its handle. Its ticks stay as they are."""
        row = self._row(name)
        (id,) = _start(self._core, row, [self._core.store.now()])
        return self._handle(id)

    def backfill(self, name: str, start: datetime, end: datetime) -> builtins.list[Handle[Any]]:
        """Start what a schedule starts for each tick from `start` up to `end`, without those that were started already.

        Args:
            name: the schedule.
            start: the earliest tick, with a time zone.
            end: before which the ticks lie, with a time zone.

        Returns:
            A handle for each tick, also of those that were started before.

        Raises:
            ValueError: a time has no time zone, or there are more than 100,000 ticks.
        """
        if start.tzinfo is None or end.tzinfo is None:
            raise ValueError("`backfill` needs times with a time zone, such as `datetime(2026, 1, 1, tzinfo=UTC)`")
        row = self._row(name)
        ticks = Ticks(row.cron, row.timezone)
        found = ticks.until(end.timestamp() - 1e-6, start.timestamp(), _MOST_BACKFILLED + 1)
        if len(found) > _MOST_BACKFILLED:
            raise ValueError(
                f"{row.cron!r} is due more than {_MOST_BACKFILLED:,} times from {start} to {end}; give less"
            )
        return [self._handle(id) for id in _start(self._core, row, found)]

    def delete(self, name: str) -> None:
        """Delete a schedule. What it has started goes on."""
        if not self._core.store.schedules.delete(name):
            raise self._unknown(name)

    def _pause(self, name: str, paused: bool) -> None:
        row = self._row(name)
        following = Ticks(row.cron, row.timezone).after(self._core.store.now())
        if not self._core.store.schedules.pause(name, paused, following):
            raise self._unknown(name)
        self._core.store.queued("changed")
        self._core.pulse.expect(0.0)

    def _handle(self, id: str) -> Handle[Any]:
        return Handle(self._core, id, self._core.waits.completion(id))

    def _row(self, name: str) -> ScheduleRow:
        for row in self._core.store.schedules.known():
            if row.name == name:
                return row
        raise self._unknown(name)

    def _unknown(self, name: str) -> UnknownSchedule:
        return UnknownSchedule(
            f"no schedule is named {name!r} in {self._core.store.label}; `holdfast schedules list` names them"
        )


def _record(row: ScheduleRow) -> ScheduleRecord:
    return ScheduleRecord(
        row.name,
        row.cron,
        row.timezone,
        row.workflow,
        row.catch_up,
        row.queue,
        row.priority,
        row.paused,
        None if row.paused else moment(row.next_at),
        moment(row.last_at),
        row.partition,
    )
