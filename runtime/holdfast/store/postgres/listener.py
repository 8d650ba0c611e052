"""Notifications from Postgres, so that nobody needs to poll."""

from __future__ import annotations

import os
import selectors
import threading
from collections.abc import Callable

import psycopg
from psycopg import sql

from holdfast.store.postgres.session import connection_options

_RETRY = 1.0  # seconds between attempts to connect again


class PostgresListener:
    """A thread that holds one connection and calls `wake(payload)` for each notification on `channel`.

    Through a pooler in transaction mode nothing arrives; the engine's polling covers that.
    """

    def __init__(self, url: str, channel: str, wake: Callable[[str], None]) -> None:
        self._url = url
        self._channel = channel
        self._wake = wake
        self._closed = threading.Event()
        self._closing, self._close_it = os.pipe()
        self._thread = threading.Thread(target=self._run, name="holdfast-listener", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the subscription and its thread."""
        self._closed.set()
        os.write(self._close_it, b"x")
        self._thread.join(15)  # libpq gives up connecting after 10
        if not self._thread.is_alive():  # not by the thread itself: it may end before the byte above is written
            os.close(self._close_it)
            os.close(self._closing)

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                with psycopg.Connection.connect(**connection_options(self._url), autocommit=True) as connection:
                    connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(self._channel)))
                    # Whatever was notified while nobody listened is found by looking once.
                    self._wake("queued")
                    self._follow(connection)
            except psycopg.Error:
                # The engine polls meanwhile, and says itself when the database is away.
                self._closed.wait(_RETRY)

    def _follow(self, connection: psycopg.Connection) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(connection.fileno(), selectors.EVENT_READ)
            selector.register(self._closing, selectors.EVENT_READ)
            while not self._closed.is_set():
                selector.select()
                connection.pgconn.consume_input()
                while (notification := connection.pgconn.notifies()) is not None:
                    self._wake(notification.extra.decode())
