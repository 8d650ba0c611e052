"""When a schedule is due: cron expressions in a time zone, by `cronsim`.

Debian's cron is what it follows when the clock is changed: a fixed time that does not exist is due when the gap ends, one that
exists twice is due the first time, and what is due every so often goes on so in real time. Of the other libraries, APScheduler
leaves out a time that does not exist, and croniter's answers there have changed from release to release.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError


class Ticks:
    """The moments when a schedule is due.

    Args:
        cron: five fields as in crontab(5), or six, the last of which are seconds.
        timezone: a name of the IANA time zone database.

    Raises:
        ValueError: one of them cannot be read, or there is no such moment.
    """

    def __init__(self, cron: str, timezone: str) -> None:
        try:
            self._zone = ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(
                f"there is no time zone {timezone!r}: {error}; give a name such as `Europe/Berlin`, or `UTC`"
            ) from None
        self._cron = cron
        try:
            next(CronSim(cron, datetime(2024, 1, 1, tzinfo=UTC)))
        except CronSimError as error:
            raise ValueError(
                f"the cron expression {cron!r} cannot be read: {error}; it has five fields: minute, hour, day of the"
                " month, month, day of the week"
            ) from None
        except StopIteration:
            raise ValueError(f"the cron expression {cron!r} is never due; no such date exists") from None

    def after(self, moment: float) -> float:
        """Return the first tick later than `moment`, both in seconds since 1970."""
        return float(next(CronSim(self._cron, self._at(moment))).timestamp())

    def until(self, moment: float, since: float, most: int) -> list[float]:
        """Return the latest ticks, `most` at most, that are neither later than `moment` nor earlier than `since`."""
        backwards = CronSim(self._cron, self._at(moment) + timedelta(seconds=1), reverse=True)
        ticks = (tick.timestamp() for tick in backwards)
        found = takewhile(lambda tick: tick >= since, (tick for tick in ticks if tick <= moment))
        return list(islice(found, most))[::-1]

    def _at(self, moment: float) -> datetime:
        return datetime.fromtimestamp(moment, UTC).astimezone(self._zone)


def tick_id(name: str, tick: float) -> str:
    """Return the id of what the schedule `name` starts at `tick`."""
    moment = datetime.fromtimestamp(tick, UTC).isoformat(timespec="auto").replace("+00:00", "Z")
    return f"{name}/{moment}"


def tick_of(id: str) -> datetime | None:
    """Return the tick that is in the id of what a schedule started, None in other ids."""
    _, slash, moment = id.rpartition("/")
    if not slash or not moment.endswith("Z") or "T" not in moment:
        return None
    try:
        return datetime.fromisoformat(moment)
    except ValueError:
        return None
