"""What goes between the check and the processes that read ahead."""

from typing import IO

import msgspec
from msgspec import Struct

LENGTH = 4
"""Bytes of the number, little-endian, that says how long the message behind it is."""


class FileRead(Struct, array_like=True):
    """A file as it was read.

    Attributes:
        digest: of its bytes.
        outline: as MessagePack.
        blocks: the first line of each block → its statements, as `encode_statements` writes them. A block that cannot be
            lowered or written is left out.
        imports: (module, level, names) of the imports of the module, in order.
    """

    digest: bytes
    outline: bytes
    blocks: dict[int, bytes]
    imports: list[tuple[str, int, list[str]]]


class Task(Struct, array_like=True):
    """Files, by their paths as the system has them.

    Attributes:
        read: to be outlined and lowered.
        check: of which only is asked whether they are Python.
    """

    read: list[bytes]
    check: list[bytes]


class Done(Struct, array_like=True):
    """The results of a task.

    Attributes:
        read: of each of `Task.read`, in order.
        refused: those of `Task.check` that the running Python cannot parse, or that cannot be read.
    """

    read: list[FileRead | None]
    refused: list[bytes]


def send(stream: IO[bytes], message: Struct) -> None:
    """Write a message.

    Raises:
        OSError: no one reads it.
    """
    data = msgspec.msgpack.encode(message)
    stream.write(len(data).to_bytes(LENGTH, "little") + data)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Read a message; None when there is no whole one."""
    length = stream.read(LENGTH)
    if len(length) < LENGTH:
        return None
    size = int.from_bytes(length, "little")
    data = stream.read(size)
    return data if len(data) == size else None
