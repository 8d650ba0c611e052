"""Starting workflows and sending messages inside the caller's own transaction: an outbox without an outbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from holdfast.engine.core import Core
from holdfast.engine.handle import Handle
from holdfast.engine.outside import message, refuse_inside, require_delivery
from holdfast.store.messaging import Borrowed
from holdfast.store.records import Entry, Outcome, Row

if TYPE_CHECKING:
    from holdfast.engine.client import Client


class _Inside:
    """A core whose committer writes in a borrowed transaction; everything else is the client's own."""

    def __init__(self, core: Core, borrowed: Borrowed) -> None:
        self._core = core
        self._borrowed = borrowed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._core, name)

    @property
    def committer(self) -> _Inside:
        return self

    def submit(self, entry: Entry) -> Entry:
        """Nothing is queued: the caller's transaction is open now."""
        return entry

    def wait(self, entry: Entry) -> Outcome:
        """Write; whether it becomes durable is for the caller to say."""
        assert entry.start is not None
        return Outcome.DONE if self._borrowed.insert(entry.start) else Outcome.EXISTS

    def row(self, id: str) -> Row | None:
        """Return a workflow as the transaction sees it."""
        rows = self._borrowed.rows([id])
        return rows[0] if rows else None

    def same(self, id: str, name: str, digest: bytes) -> Row:
        """See `Core.same`."""
        return Core.same(cast(Core, self), id, name, digest)


class TransactionClient:
    """What a client does inside a transaction of the caller: all of it happens when that commits, or nothing.

    Made by `Client.in_transaction`. On an async connection each method gives an awaitable.
    """

    def __init__(self, client: Client, connection: Any) -> None:
        refuse_inside("in_transaction()", "use a `@holdfast.transaction`, or `holdfast.start` and `holdfast.send`")
        client._core.require_open()
        own = driver_connection(connection)
        self._is_async = asyncio.iscoroutinefunction(getattr(own, "commit", None))
        self._inside = _Inside(client._core, client._core.store.borrow(own))
        # The client's own methods, but on that core: so they take the same arguments and check the same.
        self._client = object.__new__(type(client))
        self._client.__dict__.update(client.__dict__)
        self._client._core = cast(Core, self._inside)

    def enqueue(self, function: Callable[..., Any] | str, /, *args: Any, **options: Any) -> Any:
        """Enqueue a workflow as `Client.enqueue` does; executors see it once the transaction is committed.

        Returns:
            Its handle.
        """
        from holdfast.engine.client import Client

        return self._do(lambda: self._handle(Client.enqueue(self._client, function, *args, **options)))

    start = enqueue
    """Nothing can run before the transaction is committed, so starting is enqueueing."""

    def send(self, id: str, value: Any, *, topic: str = "", key: str | None = None) -> Any:
        """Send a message as `Client.send` does; the workflow gets it once the transaction is committed.

        The workflow's row is locked until then, so that its own operations wait: send last, and commit soon.
        """
        return self._do(lambda: self._send(id, value, topic, key))

    def _send(self, id: str, value: Any, topic: str, key: str | None) -> None:
        core = cast(Core, self._inside)
        sent = message(core, id, value, topic, key)
        (delivery,) = self._inside._borrowed.deliver([sent])
        row = self._inside.row(id)
        require_delivery(delivery, sent, None if row is None else row.state, core.store.label)

    def _handle(self, made: Handle[Any]) -> Handle[Any]:
        core = self._inside._core
        return Handle(core, made.id, core.waits.completion(made.id), made.annotation)

    def _do(self, action: Callable[[], Any]) -> Any:
        return asyncio.to_thread(action) if self._is_async else action()


def driver_connection(connection: Any) -> Any:
    """Return the database driver's own connection: SQLAlchemy and Django wrap it, and lend it under these names."""
    for _ in range(4):
        if hasattr(connection, "driver_connection"):
            connection = connection.driver_connection
        elif not hasattr(connection, "commit") or type(connection).__module__.startswith(("sqlalchemy", "django")):
            inner = getattr(connection, "connection", None)
            connection = inner() if callable(inner) else inner
        else:
            break
    return connection
