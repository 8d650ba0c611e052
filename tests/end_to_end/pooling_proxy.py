"""A connection pooler in transaction mode, small enough for a test: each transaction may run on another server connection.

It does what PgBouncer promises there and no more, and is stricter: two transactions in a row of one client never get the same
server connection, and what would leave something behind on a server connection is refused. The messages are those of
https://www.postgresql.org/docs/current/protocol-message-formats.html.
"""

from __future__ import annotations

import contextlib
import itertools
import queue
import re
import select
import socket
import struct
import threading
from collections.abc import Iterator
from typing import Self

import psycopg

_SSL, _GSS, _CANCEL = 80877103, 80877104, 80877102
_ANSWERED = b"QSF"  # each is answered with one ReadyForQuery: Query, Sync, FunctionCall
_LEAVES_SOMETHING = re.compile(
    rb"\s*(SET\s+(?!LOCAL|TRANSACTION)|PREPARE\s|DECLARE\s|CREATE\s+TEMP)|.*pg_(try_)?advisory_lock",
    re.IGNORECASE | re.DOTALL,
)
_SHOWN = {
    "server_version": "",
    "client_encoding": "UTF8",
    "server_encoding": "UTF8",
    "DateStyle": "ISO, MDY",
    "TimeZone": "UTC",
    "integer_datetimes": "on",
    "standard_conforming_strings": "on",
}


class PoolingProxy:
    """Use as a context manager.

    Args:
        url: of the database.
        size: how many server connections clients share.

    Attributes:
        port: on 127.0.0.1, where clients connect without a password.
        refused: the statements that would have left something behind on a server connection.
        switches: how often a transaction of a client ran on another server connection than its last.
    """

    def __init__(self, url: str, size: int) -> None:
        self._connections = [psycopg.connect(url, autocommit=True) for _ in range(size)]
        self._version = str(self._connections[0].info.parameter_status("server_version"))
        self._free: queue.Queue[socket.socket] = queue.Queue()
        for connection in self._connections:
            # From here on only this proxy talks on the socket; libpq has done the handshake.
            self._free.put(socket.socket(fileno=connection.fileno()))
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self.refused: list[bytes] = []
        self.switches = 0
        self._pids = itertools.count(2_000_000)  # beyond what a server's process has
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.close()
        while True:
            try:
                self._free.get_nowait().detach()
            except queue.Empty:
                break
        for connection in self._connections:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), name="proxy-client", daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError):
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._greet(client):
                _Client(self, client).relay()

    def _greet(self, client: socket.socket) -> bool:
        """Answer a client's first messages, as if it had logged in; return False for one that only asks to cancel."""
        while True:
            (length,) = struct.unpack("!i", _exactly(client, 4))
            (code,) = struct.unpack_from("!i", _exactly(client, length - 4))
            if code == _CANCEL:
                return False
            if code not in (_SSL, _GSS):
                break
            client.sendall(b"N")
        hello = _message(b"R", struct.pack("!i", 0))
        for name, value in {**_SHOWN, "server_version": self._version}.items():
            hello += _message(b"S", f"{name}\0{value}\0".encode())
        hello += _message(b"K", struct.pack("!ii", next(self._pids), 0)) + _message(b"Z", b"I")
        client.sendall(hello)
        return True

    def take(self, last: socket.socket | None) -> socket.socket:
        """Return a free server connection, another one than the `last`."""
        server = self._free.get(timeout=30)
        if server is last:
            other = self._free.get(timeout=30)
            self._free.put(server)
            server = other
        self.switches += last is not None
        return server

    def give_back(self, server: socket.socket) -> None:
        self._free.put(server)


class _Client:
    """One client's conversation."""

    def __init__(self, proxy: PoolingProxy, client: socket.socket) -> None:
        self._proxy = proxy
        self._client = client
        self._server: socket.socket | None = None
        self._last: socket.socket | None = None
        self._unanswered = 0
        self._asked, self._told = bytearray(), bytearray()

    def relay(self) -> None:
        try:
            while True:
                sockets = [self._client] if self._server is None else [self._client, self._server]
                for ready in select.select(sockets, [], [])[0]:
                    if ready is self._client and not self._ask():
                        return
                    if ready is self._server and self._server is not None:
                        self._tell()
        finally:
            if self._server is not None:  # in the middle of a transaction: as PgBouncer, let go of the connection
                self._server.close()

    def _ask(self) -> bool:
        """Pass on what the client says; return False when it has left."""
        data = self._client.recv(65536)
        self._asked += data
        for kind, message in _messages(self._asked):
            if kind == b"X":
                return False
            if kind in (b"Q", b"P") and _LEAVES_SOMETHING.match(_statement(kind, message)):
                self._proxy.refused.append(message)
                return False
            if self._server is None:
                self._server = self._proxy.take(self._last)
            self._unanswered += kind in _ANSWERED
            self._server.sendall(message)
        return bool(data)

    def _tell(self) -> None:
        """Pass on what the server answers; at the end of a transaction give its connection back."""
        assert self._server is not None
        data = self._server.recv(65536)
        if not data:
            raise ConnectionError("the server has closed a connection")
        self._told += data
        for kind, message in _messages(self._told):
            self._client.sendall(message)
            if kind == b"Z":
                self._unanswered -= 1
                if message[5:6] == b"I" and self._unanswered == 0:
                    server, self._server, self._last = self._server, None, self._server
                    self._proxy.give_back(server)
                    return


def _messages(buffer: bytearray) -> Iterator[tuple[bytes, bytes]]:
    """Take the complete messages out of `buffer`."""
    while len(buffer) >= 5:
        size = 1 + struct.unpack_from("!i", buffer, 1)[0]
        if len(buffer) < size:
            return
        message = bytes(buffer[:size])
        del buffer[:size]
        yield message[:1], message


def _statement(kind: bytes, message: bytes) -> bytes:
    """Return the SQL of a Query, or of a Parse, where it follows the statement's name."""
    return message[5:] if kind == b"Q" else message[5:].split(b"\0", 1)[1]


def _message(kind: bytes, content: bytes) -> bytes:
    return kind + struct.pack("!i", len(content) + 4) + content


def _exactly(client: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = client.recv(count - len(data))
        if not more:
            raise ConnectionError("the client has left")
        data += more
    return data
