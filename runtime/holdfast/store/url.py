"""From a database url to a store."""

from __future__ import annotations

import re
from urllib.parse import unquote

from holdfast.store.port import Store

_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def mask(url: str) -> str:
    """Return `url` with the password of its user part and of its query replaced by `***`."""
    masked = re.sub(r"(://[^/@:]*):[^/]*@", r"\1:***@", url)
    return re.sub(r"(?i)(password=)[^&\s]+", r"\1***", masked)


def open_store(url: str, schema: str = "holdfast", read_only: bool = False) -> Store:
    """Return the store that `url` names, not yet connected.

    Args:
        url: `postgresql://…`, `sqlite:///relative.db`, `sqlite:////absolute.db` or `sqlite:///:memory:`.
        schema: the schema (Postgres) or table prefix (SQLite) that holds the tables.
        read_only: have the database itself refuse every write, and open no SQLite file that does not exist.

    Raises:
        ValueError: the url's scheme or the schema's name is not one that can be used.
    """
    if not _SCHEMA.fullmatch(schema):
        raise ValueError(f"the schema name {schema!r} must be lower-case letters, digits and `_`, at most 63 of them")
    scheme = url.partition(":")[0].lower()
    if scheme in ("postgresql", "postgres"):
        from holdfast.store.postgres.store import PostgresStore

        return PostgresStore(url, schema, read_only)
    if scheme == "sqlite":
        from holdfast.store.sqlite.store import SqliteStore

        path = re.sub(r"^sqlite:(//)?/?", "", url)
        return SqliteStore(unquote(path) or ":memory:", schema, read_only)
    raise ValueError(f"the database url {mask(url)!r} must begin with `postgresql://` or `sqlite:///`")
