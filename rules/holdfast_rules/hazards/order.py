"""Order (201, 202, 203): what comes in no order that a replay would repeat.

Entries with `order_only` return the same elements each time, in an order that nothing promises: they are hazards
only where a sink keeps that order. A directory listing is such an entry and a file read besides. What completes first
(`asyncio.wait`, futures, trio's shuffled scheduler) is a hazard by itself.
"""

from typing import Final

from holdfast_rules.effect import Effect
from holdfast_rules.hazards.entries import LINUX, UNIX, calls, clients
from holdfast_rules.hazards.hazard import Hazard

_LISTINGS: Final = "os.listdir os.scandir os.walk glob.glob glob.iglob glob.glob0 glob.glob1"
_PATH_LISTINGS: Final = "Path.iterdir Path.glob Path.rglob"
_THIRD_LISTINGS: Final = (
    "aiofiles.os.listdir aiofiles.os.scandir anyio.Path.iterdir anyio.Path.glob anyio.Path.rglob trio.Path.iterdir"
    " trio.Path.glob scandir.scandir scandir.walk aioshutil.walk"
)
_INSTALLED: Final = "follows the search path and the order of its directories"


def _listed(effect: Effect, *, order_only: bool) -> tuple[Hazard, ...]:
    return (
        *calls(effect, "", _LISTINGS, order_only=order_only),
        *calls(effect, "os", "fwalk", order_only=order_only, platform=UNIX),
        *calls(effect, "pathlib", _PATH_LISTINGS, order_only=order_only),
        *calls(effect, "pathlib", "Path.walk", order_only=order_only, since=(3, 12)),
        *calls(effect, "", _THIRD_LISTINGS, order_only=order_only),
    )


_DIRECTORIES = (
    *_listed(Effect.DIRECTORY_ORDER, order_only=True),
    *_listed(Effect.FILE_READ, order_only=False),
    *calls(
        Effect.DIRECTORY_ORDER,
        "",
        "importlib.metadata.entry_points importlib.metadata.distributions pkgutil.iter_modules pkgutil.walk_packages",
        order_only=True,
        note=_INSTALLED,
    ),
    *calls(
        Effect.FILE_READ,
        "",
        "importlib.metadata.entry_points importlib.metadata.distributions pkgutil.iter_modules pkgutil.walk_packages",
    ),
)

_SETS = (
    *calls(Effect.UNORDERED, "builtins", "set frozenset", order_only=True),
    *calls(Effect.UNORDERED, "asyncio", "all_tasks", order_only=True),
    *calls(Effect.UNORDERED, "zoneinfo", "available_timezones", order_only=True),
    *calls(Effect.UNORDERED, "os", "sched_getaffinity", order_only=True, platform=LINUX),
    *calls(Effect.UNORDERED, "gc", "get_objects", order_only=True),
    *calls(
        Effect.UNORDERED,
        "builtins",
        "object.__subclasses__ type.__subclasses__",
        order_only=True,
        note="in the order of the imports, and only classes still alive",
    ),
    *clients(
        Effect.UNORDERED,
        "",
        "weakref.WeakSet weakref.WeakKeyDictionary weakref.WeakValueDictionary shelve.open dbm.open",
        order_only=True,
    ),
)

_COMPLETION = (
    *calls(Effect.COMPLETION_ORDER, "asyncio", "wait", note="returns two sets, split by what finished first"),
    *calls(Effect.COMPLETION_ORDER, "asyncio", "as_completed"),
    *calls(Effect.COMPLETION_ORDER, "asyncio", "Future.add_done_callback Task.add_done_callback"),
    *calls(Effect.COMPLETION_ORDER, "concurrent.futures", "wait as_completed Future.add_done_callback"),
    *calls(Effect.COMPLETION_ORDER, "multiprocessing", "pool.Pool.imap_unordered connection.wait"),
    *calls(Effect.COMPLETION_ORDER, "trio", "open_nursery", note="trio shuffles the tasks that are ready"),
    *calls(Effect.COMPLETION_ORDER, "", "ray.wait dask.distributed.as_completed distributed.as_completed"),
    *calls(Effect.COMPLETION_ORDER, "", "tqdm.asyncio.tqdm.as_completed aiostream.stream.merge"),
)

HAZARDS: Final[tuple[Hazard, ...]] = (*_DIRECTORIES, *_SETS, *_COMPLETION)
