"""Clocks (101): whatever tells the time of day, a monotonic time or a processor time.

A clock stays one with a time zone given: `datetime.now(UTC)` is here without a condition. Functions that tell the
time only if none is given (`time.gmtime()`, `arrow.get()`) or only if asked by a word (`pandas.Timestamp("now")`) say
so. Functions that compare with the clock (`jwt.decode` checks an expiry) belong here too. What only depends on the
host's zone is in `timezone`, what waits is in `sleep`.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import UNIX, calls, clients
from holdfast_rules.hazards.hazard import KEYWORD_ONLY, Hazard, OnlyConstant, WithoutArgument

_NOW: Final = OnlyConstant(0, ("now", "today"))
_EXPIRY: Final = "compares the token's expiry with the clock"

_STDLIB = (
    *calls(
        Effect.CLOCK,
        "time",
        "time time_ns monotonic monotonic_ns perf_counter perf_counter_ns process_time process_time_ns"
        " thread_time thread_time_ns",
    ),
    *calls(Effect.CLOCK, "time", "clock_gettime clock_gettime_ns", platform=UNIX),
    *calls(Effect.CLOCK, "time", "localtime gmtime ctime asctime", when=WithoutArgument(0)),
    *calls(Effect.CLOCK, "time", "strftime", when=WithoutArgument(1)),
    *calls(Effect.CLOCK, "datetime", "datetime.now datetime.utcnow datetime.today date.today"),
    *calls(Effect.CLOCK, "timeit", "default_timer timeit repeat"),
    *clients(Effect.CLOCK, "timeit", "Timer"),
    *calls(Effect.CLOCK, "email.utils", "formatdate", when=WithoutArgument(0, "timeval")),
    *calls(Effect.CLOCK, "email.utils", "localtime", when=WithoutArgument(0, "dt")),
    *calls(Effect.CLOCK, "logging", "LogRecord makeLogRecord", note="a record carries the time it was made at"),
    *calls(Effect.CLOCK, "asyncio", "AbstractEventLoop.time"),
)

_CALENDARS = (
    *calls(Effect.CLOCK, "pandas", "Timestamp.now Timestamp.today Timestamp.utcnow"),
    *calls(Effect.CLOCK, "pandas", "Timestamp to_datetime", when=_NOW),
    *calls(Effect.CLOCK, "numpy", "datetime64", when=_NOW),
    *calls(Effect.CLOCK, "pendulum", "now today tomorrow yesterday"),
    *calls(Effect.CLOCK, "pendulum", "DateTime.now DateTime.utcnow DateTime.today Date.today"),
    *calls(Effect.CLOCK, "arrow", "now utcnow Arrow.now Arrow.utcnow"),
    *calls(Effect.CLOCK, "arrow", "get", when=WithoutArgument(0)),
    *calls(Effect.CLOCK, "whenever", "Instant.now ZonedDateTime.now OffsetDateTime.now SystemDateTime.now"),
    *calls(Effect.CLOCK, "whenever", "ZonedDateTime.now_in_system_tz Date.today_in_system_tz"),
    *calls(Effect.CLOCK, "", "maya.now delorean.utcnow delorean.now udatetime.now udatetime.utcnow zulu.now"),
    *calls(Effect.CLOCK, "", "moment.now moment.utcnow jdatetime.datetime.now astropy.time.Time.now"),
    *calls(Effect.CLOCK, "django.utils.timezone", "now"),
    *calls(Effect.CLOCK, "django.utils.timezone", "localtime localdate", when=WithoutArgument(0, "value")),
    *calls(Effect.CLOCK, "dateutil.utils", "today"),
    *calls(Effect.CLOCK, "dateutil.rrule", "rrule", when=WithoutArgument(1, "dtstart")),
    *calls(Effect.CLOCK, "dateparser", "parse", note="dates are read relative to the current one"),
    *clients(Effect.CLOCK, "parsedatetime", "Calendar"),
    *calls(Effect.CLOCK, "croniter", "croniter", when=WithoutArgument(1, "start_time")),
    *calls(Effect.CLOCK, "humanize", "naturaltime", when=WithoutArgument(KEYWORD_ONLY, "when")),
    *calls(Effect.CLOCK, "timeago", "format", when=WithoutArgument(1, "now")),
    *calls(Effect.CLOCK, "google.protobuf.timestamp_pb2", "Timestamp.GetCurrentTime"),
)

_TOKENS = (
    *calls(
        Effect.CLOCK, "", "jwt.decode jwt.PyJWT.decode jose.jwt.decode authlib.jose.JWTClaims.validate", note=_EXPIRY
    ),
    *clients(
        Effect.CLOCK, "itsdangerous", "TimestampSigner URLSafeTimedSerializer", note="signs and checks with the time"
    ),
    *calls(Effect.CLOCK, "", "pyotp.TOTP.now pyotp.TOTP.verify stripe.Webhook.construct_event"),
    *clients(Effect.CLOCK, "codetiming", "Timer"),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_STDLIB, *_CALENDARS, *_TOKENS)
