"""Where else a catalogued name can be found: the modules that really define what the standard library shows elsewhere.

A name that was resolved to its definition (`posixpath.exists`, `asyncio.tasks.sleep`, `httpx._api.get`) must find the
entry of its public name. Two conventions say most of it: `_pickle` implements `pickle`, and a package shows what its
private modules define. The rest is this table.
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
    "pathlib.PosixPath": "pathlib.Path",
    "pathlib.WindowsPath": "pathlib.Path",
    "sqlite3.dbapi2": "sqlite3",
    "requests.api": "requests",
    "requests.sessions": "requests",
    "aiohttp.client": "aiohttp",
    "aiohttp.connector": "aiohttp",
    "urllib3.poolmanager": "urllib3",
    "urllib3.connectionpool": "urllib3",
    "redis.client": "redis",
    "redis.cluster": "redis",
    "redis.asyncio.client": "redis.asyncio",
    "redis.asyncio.cluster": "redis.asyncio",
    "psycopg.connection": "psycopg",
    "psycopg.connection_async": "psycopg",
    "psycopg.cursor": "psycopg",
    "psycopg.cursor_async": "psycopg",
    "psycopg_pool.pool": "psycopg_pool",
    "psycopg_pool.pool_async": "psycopg_pool",
    "sqlalchemy.engine.base": "sqlalchemy.engine",
    "sqlalchemy.engine.create": "sqlalchemy",
    "sqlalchemy.orm.session": "sqlalchemy.orm",
    "sqlalchemy.orm.scoping": "sqlalchemy.orm",
    "sqlalchemy.orm.query": "sqlalchemy.orm",
    "sqlalchemy.ext.asyncio.engine": "sqlalchemy.ext.asyncio",
    "sqlalchemy.ext.asyncio.session": "sqlalchemy.ext.asyncio",
    "sqlalchemy.sql.schema": "sqlalchemy",
    "sqlmodel.orm.session": "sqlmodel",
    "django.db.models.base": "django.db.models",
    "django.db.models.manager": "django.db.models",
    "django.db.models.query": "django.db.models",
    "pydantic_settings.main": "pydantic_settings",
    "pydantic_ai.agent": "pydantic_ai",
    "pandas.core.frame": "pandas",
    "pandas.core.series": "pandas",
    "structlog.stdlib": "structlog",
    "dotenv.main": "dotenv",
    "pymongo.synchronous.mongo_client": "pymongo",
    "pymongo.asynchronous.mongo_client": "pymongo",
    "motor.core": "motor.motor_asyncio",
    "elasticsearch.client": "elasticsearch",
    "openai.lib.azure": "openai",
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
