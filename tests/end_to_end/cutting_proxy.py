"""A TCP proxy that breaks a connection at a chosen exchange, or holds all of them up: before the question reaches the server,
or before its answer comes back."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from typing import Literal, Self

Side = Literal["before", "after"]


class CuttingProxy:
    """Use as a context manager.

    Args:
        host: of the database, or the folder of its socket.
        port: of the database.

    Attributes:
        port: on 127.0.0.1.
        exchanges: how many questions have come from clients since `arm`.
        cuts: how many connections were cut.
        held: how many connections have something that is held up.
    """

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.exchanges = 0
        self.cuts = 0
        self.held = 0
        self._holding: Side | None = None
        self._forward = True
        self._released = threading.Event()
        self._at: int | None = None
        self._side: Side = "before"
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, name="cutting-proxy", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        self.release(False)
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def arm(self, at: int | None, side: Side = "before") -> None:
        """Cut the connection of the exchange with this number, counted from 0 from now on; None for none."""
        with self._lock:
            self.exchanges, self._at, self._side = 0, at, side

    def hold(self, side: Side) -> None:
        """Hold up from now on every question, or every answer, until `release`."""
        self.held = 0
        self._released.clear()
        self._holding = side

    def release(self, forward: bool) -> None:
        """Let go: what was held up is forwarded, or lost with its connection."""
        self._forward = forward
        self._holding = None
        self._released.set()

    def _passes(self, side: Side) -> bool:
        """Wait while what goes this way is held up; return whether it may go on."""
        if self._holding != side:
            return True
        with self._lock:
            self.held += 1
        self._released.wait()
        return self._forward

    def _accept(self) -> None:
        while not self._closed:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), name="cutting-proxy-client", daemon=True).start()

    def _connect(self) -> socket.socket:
        host, port = self._target
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{host}/.s.PGSQL.{port}")
        return server

    def _serve(self, client: socket.socket) -> None:
        try:
            server = self._connect()
        except OSError:  # the server is down, so the client finds nobody here either
            client.close()
            return
        with client, server, selectors.DefaultSelector() as selector:
            selector.register(client, selectors.EVENT_READ)
            selector.register(server, selectors.EVENT_READ)
            swallow = False
            while True:
                for key, _ in selector.select():
                    source = key.fileobj
                    assert isinstance(source, socket.socket)
                    try:
                        data = source.recv(65536)
                        if not data:
                            return
                        if not self._passes("before" if source is client else "after"):
                            return
                        if source is client:
                            side = self._asked()
                            if side == "before":
                                return
                            swallow = side == "after"
                            server.sendall(data)
                        elif swallow:
                            return  # the server has done it, and nobody hears
                        else:
                            client.sendall(data)
                    except OSError:
                        return

    def _asked(self) -> Side | None:
        with self._lock:
            number = self.exchanges
            self.exchanges += 1
            if number != self._at:
                return None
            self._at = None
            self.cuts += 1
            return self._side
