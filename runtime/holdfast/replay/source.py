"""Where the histories come from: a connection that cannot write or files, and the workflows there page by page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from holdfast.engine.finding import no_workflow
from holdfast.store import Selection, open_store
from holdfast.store.port import Store
from holdfast.store.records import Row
from holdfast.values import Codec

if TYPE_CHECKING:
    from holdfast.engine.core import Core

_PAGE: Final = 100


@contextmanager
def reading(url: str, schema: str = "holdfast", codec: Codec | None = None) -> Iterator[Core]:
    """Connect to a database that production uses, in a way in which the database itself refuses every write.

    Args:
        url: as for `Engine`; a standby will do.
        schema: the schema (Postgres) or table prefix (SQLite).
        codec: the engines' codec.
    """
    from holdfast.engine.client import Client

    with Client(store=open_store(url, schema, read_only=True), codec=codec) as client:
        yield client._core


@contextmanager
def held(exports: Iterable[tuple[str, str]], codec: Codec | None = None) -> Iterator[Core]:
    """Hold histories in memory that `holdfast export` has written, as if they were a database's.

    Args:
        exports: the name and the text of each file.
        codec: that of the engines which recorded them.

    Raises:
        ValueError: a text is no export, or two are of the same workflow.
    """
    from holdfast.engine.client import Client
    from holdfast.engine.exporting import as_recorded

    store = open_store("sqlite:///:memory:")
    store.label = "the files"
    store.migrate()
    files: dict[str, str] = {}
    with Client(store=store, codec=codec) as client:
        for name, text in exports:
            try:
                exported = as_recorded(text)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
            id = exported["workflow"]["id"]
            if not store.administration.import_(exported):
                raise ValueError(f"{name}: the workflow {id!r} is in {files[id]} already; give one history of each")
            files[id] = name
        yield client._core


def pages(store: Store, selection: Selection, limit: int | None) -> Iterator[Row]:
    """Yield the workflows of `selection`, the newest first, in short queries.

    What is started meanwhile is newer than the first, so the listing ends though production goes on.

    Args:
        store: where from.
        selection: which ones; its order and limits do not count.
        limit: how many at most; None for all.
    """
    left = limit
    while left is None or left > 0:
        size = _PAGE if left is None else min(_PAGE, left)
        rows = store.select(replace(selection, limit=size, offset=0, newest_first=True))
        yield from rows
        if len(rows) < size:
            return
        left = None if left is None else left - len(rows)
        selection = replace(selection, older_than=(rows[-1].created, rows[-1].id))


def named(store: Store, ids: Sequence[str]) -> list[Row]:
    """Return the workflows with these ids, in their order.

    Raises:
        UnknownWorkflow: there is none with one of them.
    """
    found = {row.id: row for row in store.rows(ids)}
    for id in ids:
        if id not in found:
            raise no_workflow(id, store.label)
    return [found[id] for id in ids]
