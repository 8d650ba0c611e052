"""Where else a catalogued name can be found: the modules that really define what the standard library shows elsewhere.

A name that was resolved to its definition (`posixpath.exists`, `asyncio.tasks.sleep`, `httpx._api.get`) must find the
entry of its public name. Three conventions say most of it: `_pickle` implements `pickle`, a package shows what its
private modules define, and a class that a module defines is often shown by a package above it. The rest is this table.
"""

from collections.abc import Iterator
from typing import Final

MODULES: Final = {
    "posixpath": "os.path",
    "ntpath": "os.path",
    "genericpath": "os.path",
    "posix": "os",
    "nt": "os",
    "_pyio": "io",
    "_thread": "threading",
    "_frozen_importlib": "importlib.util",
    "_frozen_importlib_external": "importlib.util",
    "_pydatetime": "datetime",
    "_weakrefset": "weakref",
    "asyncio.BaseEventLoop": "asyncio.AbstractEventLoop",
    "asyncio.SelectorEventLoop": "asyncio.AbstractEventLoop",
    "asyncio.ProactorEventLoop": "asyncio.AbstractEventLoop",
    "asyncio.selector_events.BaseSelectorEventLoop": "asyncio.AbstractEventLoop",
    "asyncio.base_events": "asyncio",
    "asyncio.events": "asyncio",
    "asyncio.futures": "asyncio",
    "asyncio.runners": "asyncio",
    "asyncio.streams": "asyncio",
    "asyncio.subprocess": "asyncio",
    "asyncio.taskgroups": "asyncio",
    "asyncio.tasks": "asyncio",
    "asyncio.threads": "asyncio",
    "asyncio.timeouts": "asyncio",
    "concurrent.futures.thread": "concurrent.futures",
    "concurrent.futures.process": "concurrent.futures",
    "concurrent.futures.interpreter": "concurrent.futures",
    "multiprocessing.context.BaseContext": "multiprocessing",
    "multiprocessing.context.DefaultContext": "multiprocessing",
    "multiprocessing.context": "multiprocessing",
    "multiprocessing.process": "multiprocessing",
    "pathlib._abc.PathBase": "pathlib.Path",
    "pathlib.PosixPath": "pathlib.Path",
    "pathlib.WindowsPath": "pathlib.Path",
    "sqlite3.dbapi2": "sqlite3",
    "requests.api": "requests",
    "requests.sessions": "requests",
    "niquests.api": "niquests",
    "aiohttp.client": "aiohttp",
    "arrow.api": "arrow",
    "asyncpg.connection": "asyncpg",
    "asyncpg.pool": "asyncpg",
    "aiosqlite.core": "aiosqlite",
    "dateutil.tz.tz": "dateutil.tz",
    "dotenv.main": "dotenv",
    "freezegun.api": "freezegun",
    "fsspec.core": "fsspec",
    "jwt.api_jwt": "jwt",
    "pandas.core.generic.NDFrame": "pandas.DataFrame",
    "sentry_sdk.api": "sentry_sdk",
    "sqlalchemy.engine.create": "sqlalchemy",
    "sqlalchemy.ext.asyncio.engine": "sqlalchemy.ext.asyncio",
    "sqlalchemy.ext.asyncio.scoping": "sqlalchemy.ext.asyncio",
    "sqlalchemy.ext.asyncio.session": "sqlalchemy.ext.asyncio",
    "sqlalchemy.orm.scoping": "sqlalchemy.orm",
    "sqlalchemy.orm.session": "sqlalchemy.orm",
    "tzlocal.unix": "tzlocal",
    "pymongo.synchronous": "pymongo",
    "pymongo.asynchronous": "pymongo",
    "redis.utils": "redis",
    "redis.asyncio.utils": "redis.asyncio",
    "click.utils": "click",
    "click.termui": "click",
    "tqdm.std": "tqdm",
}


def public_names(dotted: str) -> Iterator[str]:
    """The other names under which the catalogue may hold this one, the likeliest first.

    Args:
        dotted: a canonical dotted name that has no entry itself.

    Yields:
        Names to look up, few and each different from `dotted`.
    """
    yield from _moved(dotted)
    public = _without_private_modules(dotted)
    if public != dotted:
        yield public
        yield from _moved(public)
    yield f"builtins.{dotted}"


def classes_above(dotted: str) -> Iterator[str]:
    """Where a package above the defining module may show the class that a name begins with.

    Args:
        dotted: `kombu.transport.redis.Channel.get`; a class is the first part that starts with a capital.

    Yields:
        `kombu.transport.Channel.get` and `kombu.Channel.get`; nothing if there is no class in the name.
    """
    parts = dotted.split(".")
    depth = next((index for index, part in enumerate(parts) if part[:1].isupper()), 0)
    for kept in range(depth - 1, 0, -1):
        yield ".".join((*parts[:kept], *parts[depth:]))


def _without_private_modules(dotted: str) -> str:
    if dotted.startswith("_"):
        return dotted.lstrip("_")
    if "._" not in dotted:
        return dotted
    return ".".join(part for part in dotted.split(".") if not part.startswith("_") or part.endswith("__"))


def _moved(dotted: str) -> Iterator[str]:
    # A definition can be two steps away: `asyncio.base_events.BaseEventLoop` is `asyncio.BaseEventLoop`, whose methods
    # the catalogue has under `asyncio.AbstractEventLoop`.
    end = len(dotted)
    while (end := dotted.rfind(".", 0, end)) > 0:
        public = MODULES.get(dotted[:end])
        if public is not None:
            dotted = public + dotted[end:]
            end = len(dotted)
            yield dotted
