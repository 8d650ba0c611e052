"""From a database url to a store."""

from __future__ import annotations

import math
import re
from urllib.parse import parse_qsl, unquote

from holdfast.store.port import Store

_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def mask(url: str) -> str:
    """Return `url` with the password of its user part and of its query replaced by `***`."""
    masked = re.sub(r"(://[^/@:]*):[^/]*@", r"\1:***@", url)
    return re.sub(r"(?i)(password=)[^&\s]+", r"\1***", masked)


def open_store(url: str, schema: str = "holdfast", read_only: bool = False) -> Store:
    """Return the store that `url` names, not yet connected.

    Args:
        url: `postgresql://…`, `sqlite:///relative.db`, `sqlite:////absolute.db` or `sqlite:///:memory:`; `?timeout=5` says how
            many seconds SQLite waits for another connection's write.
        schema: the schema (Postgres) or table prefix (SQLite) that holds the tables.
        read_only: have the database itself refuse every write, and open no SQLite file that does not exist.

    Raises:
        ValueError: the url's scheme or its options, or the schema's name, are none that can be used.
    """
    if not _SCHEMA.fullmatch(schema):
        raise ValueError(f"the schema name {schema!r} must be lower-case letters, digits and `_`, at most 63 of them")
    scheme = url.partition(":")[0].lower()
    if scheme in ("postgresql", "postgres"):
        from holdfast.store.postgres.store import PostgresStore

        return PostgresStore(url, schema, read_only)
    if scheme == "sqlite":
        from holdfast.store.sqlite.store import SqliteStore

        path, _, options = re.sub(r"^sqlite:(//)?/?", "", url).partition("?")
        return SqliteStore(unquote(path) or ":memory:", schema, read_only, **_sqlite_options(url, options))
    raise ValueError(f"the database url {mask(url)!r} must begin with `postgresql://` or `sqlite:///`")


def _sqlite_options(url: str, options: str) -> dict[str, float]:
    """Return the keyword arguments of `SqliteStore` that a url's query asks for."""
    found = {}
    for name, value in parse_qsl(options, keep_blank_values=True):
        if name != "timeout":
            raise ValueError(
                f"the database url {url!r} has the option `{name}`, and SQLite's only one is `timeout`; in the name of a"
                " file `?` is written `%3F`"
            )
        try:
            seconds = float(value)
        except ValueError:
            seconds = math.nan
        if not 0 <= seconds < 1e6:
            raise ValueError(f"the option `timeout={value}` of the database url {url!r} is not a number of seconds")
        found["busy"] = seconds
    return found
