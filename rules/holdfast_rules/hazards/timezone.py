"""The host's time zone (107): conversions that use TZ or the local zone because they were given no other.

`fromtimestamp(t, tz)` and `astimezone(tz)` of an aware value are clean; `timestamp()` is a hazard only on a naive
value. `zoneinfo.ZoneInfo("Europe/Rome")` is in `advisory`: the zone is named, only the version of its data can differ.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import UNIX, calls, reads
from holdfast_rules.hazards.hazard import Hazard, NaiveReceiver, OnlyConstant, WithArgument, WithoutArgument

HAZARDS: Final[tuple[Hazard, ...]] = (
    *calls(Effect.TIMEZONE, "time", "localtime ctime", when=WithArgument(0), note="without argument it is a clock"),
    *calls(Effect.TIMEZONE, "time", "mktime"),
    *calls(Effect.TIMEZONE, "time", "tzset", platform=UNIX),
    *calls(Effect.TIMEZONE, "time", "strftime", when=OnlyConstant(0, ("%Z", "%z"))),
    *reads(Effect.TIMEZONE, "time", "timezone altzone daylight tzname"),
    *calls(Effect.TIMEZONE, "datetime", "datetime.fromtimestamp", when=WithoutArgument(1, "tz")),
    *calls(Effect.TIMEZONE, "datetime", "date.fromtimestamp"),
    *calls(Effect.TIMEZONE, "datetime", "datetime.astimezone", when=WithoutArgument(0, "tz")),
    *calls(
        Effect.TIMEZONE,
        "datetime",
        "datetime.astimezone datetime.timestamp",
        when=NaiveReceiver(),
        note="a naive value is taken to be in the host's zone",
    ),
    *calls(Effect.TIMEZONE, "email.utils", "localtime", when=WithArgument(0, "dt")),
    *calls(Effect.TIMEZONE, "zoneinfo", "available_timezones", note="what the host's database holds"),
    *calls(Effect.TIMEZONE, "pandas", "Timestamp.fromtimestamp", when=WithoutArgument(1, "tz")),
    *calls(Effect.TIMEZONE, "arrow", "Arrow.fromtimestamp", when=WithoutArgument(1, "tzinfo")),
    *calls(Effect.TIMEZONE, "arrow", "Arrow.to", when=OnlyConstant(0, ("local",), "tz")),
    *calls(Effect.TIMEZONE, "pendulum", "local local_timezone"),
    *calls(Effect.TIMEZONE, "dateutil.tz", "tzlocal"),
    *calls(Effect.TIMEZONE, "dateutil.tz", "gettz", when=WithoutArgument(0, "name")),
    *calls(Effect.TIMEZONE, "tzlocal", "get_localzone get_localzone_name reload_localzone"),
    *calls(Effect.TIMEZONE, "whenever", "Instant.to_system_tz PlainDateTime.assume_system_tz"),
)
