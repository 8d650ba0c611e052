"""Names that look like hazards and are not reported, each with the reason.

They carry the effect that no rule reports, so that a reader finds them, and so that a project that disagrees can
name them under another effect.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import calls
from holdfast_rules.hazards.hazard import Hazard

_LOOP: Final = (
    "schedules on the running loop in the order of the calls, which a deterministic engine keeps; what finishes first is"
    " a hazard only where the code looks at it"
)


def _advisory(prefix: str, names: str, note: str) -> tuple[Hazard, ...]:
    return calls(Effect.NUMERIC_DRIFT, prefix, names, note=note)


HAZARDS: Final[tuple[Hazard, ...]] = (
    *_advisory("asyncio", "create_task ensure_future shield gather TaskGroup", _LOOP),
    *_advisory("anyio", "create_task_group", _LOOP),
    *_advisory(
        "asyncio", "get_running_loop get_event_loop", "the loop that runs already; what it is told to do counts"
    ),
    *_advisory("zoneinfo", "ZoneInfo ZoneInfo.no_cache", "the zone is named; only the version of its data can differ"),
    *_advisory("itertools", "count cycle", "a local one is clean; one at module level is found as shared state"),
    *_advisory("contextvars", "copy_context", "copies the context; the variables read from it count"),
    *_advisory("decimal", "localcontext", "ends with the block, so nothing outlives the workflow"),
    *_advisory("sys", "exc_info", "the exception being handled, which a replay raises again"),
    *_advisory("getopt", "getopt", "parses the list it is given; reading `sys.argv` counts"),
    *_advisory("urllib.request", "Request", "only describes a request; `urlopen` sends it"),
    *_advisory("dateutil.parser", "parse", "the current date fills in only what the text leaves out"),
    *_advisory("bcrypt", "hashpw", "deterministic for a given salt; `gensalt` draws one"),
)
