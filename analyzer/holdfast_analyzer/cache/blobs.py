"""Blobs on disk under content-addressed keys: segments that are written once and never changed.

A segment is an index and the blobs behind it. Each run that learns something writes one segment of its own under a
fresh name, so that processes at work at the same time never write to the same file. When segments become many, they
are merged into one, without what no run has used for long.
"""

import mmap
import os
import secrets
import time
import zlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

_MAGIC = b"holdfast"
_SUFFIX = ".segment"
MAX_SEGMENTS = 12
"""Segments at which they are merged: each costs an open and a map at the start of a run."""


class _Index(msgspec.Struct, array_like=True):
    """The keys of a segment's blobs, their lengths and checksums, in the order in which they stand."""

    keys: list[bytes]
    lengths: list[int]
    checksums: list[int]


class _Place(msgspec.Struct, frozen=True, gc=False):
    data: mmap.mmap
    start: int
    length: int
    checksum: int


class BlobStore:
    """The segments of one folder.

    Args:
        folder: where they lie; it need not exist.
        tool: names the version of the tool whose segments are read; those of any other are removed when this one saves.

    Attributes:
        damaged: names of segments, or of blobs in them, that could not be read; what they held is unknown again.
        used: the keys that were asked for, or put, in this run.
    """

    def __init__(self, folder: Path, tool: str) -> None:
        self._folder = folder
        self._tool = tool
        self._stale: list[str] = []
        # A segment with a damaged blob is written anew: else each run would find the damage and complain.
        self._must_merge = False
        self._places: dict[bytes, _Place] = {}
        self._segments: list[str] = []
        self._new: dict[bytes, bytes] = {}
        self.damaged: list[str] = []
        self.used: set[bytes] = set()
        self._read_segments()

    def get(self, key: bytes) -> bytes | None:
        """The blob under a key; None when there is none, or none that is whole."""
        new = self._new.get(key)
        if new is not None:
            self.used.add(key)
            return new
        place = self._places.get(key)
        if place is None:
            return None
        blob = place.data[place.start : place.start + place.length]
        if zlib.crc32(blob) != place.checksum:
            del self._places[key]
            self.damaged.append(key.hex())
            self._must_merge = True
            return None
        self.used.add(key)
        return blob

    def put(self, key: bytes, blob: bytes) -> None:
        """Keep a blob until `save` writes it."""
        self._new[key] = blob
        self.used.add(key)

    def drop_unused(self) -> None:
        """Forget the unsaved blobs that were neither asked for nor put since the last call."""
        self._new = {key: blob for key, blob in self._new.items() if key in self.used}
        self.used = set()

    @property
    def is_changed(self) -> bool:
        """Whether there is something to write."""
        return bool(self._new or self._stale or self._must_merge)

    def keys(self) -> Iterable[bytes]:
        """All keys."""
        return {**self._places, **self._new}.keys()

    def save(self, keep: Iterable[bytes] | None) -> None:
        """Write the new blobs as a segment, or all that are kept as one when segments are many.

        Args:
            keep: the keys that a merged segment holds; None for all.

        Raises:
            OSError: the folder cannot be written.
        """
        if len(self._segments) < MAX_SEGMENTS and not self._must_merge:
            if self._new:
                self._write(self._new)
            self._remove(self._stale)
            return
        merged: dict[bytes, bytes] = {}
        for key in self.keys() if keep is None else keep:
            blob = self.get(key)
            if blob is not None:
                merged[key] = blob
        self._write(merged)
        self._remove([*self._segments, *self._stale])

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            try:
                os.unlink(self._folder / name)
            except OSError:
                # Another process was quicker, or still has it open (Windows): it holds nothing that is missed.
                continue

    def _write(self, blobs: dict[bytes, bytes]) -> None:
        index = msgspec.msgpack.encode(
            _Index(list(blobs), [len(blob) for blob in blobs.values()], [zlib.crc32(blob) for blob in blobs.values()])
        )
        size = sum(map(len, blobs.values()))
        head = _MAGIC + len(index).to_bytes(8, "little") + size.to_bytes(8, "little")
        head += zlib.crc32(index).to_bytes(4, "little")
        # Segments are read in the order of their names, so that of two blobs under one key the younger counts.
        name = f"{self._tool}-{time.time_ns():016x}{secrets.token_hex(4)}{_SUFFIX}"
        write_whole(self._folder / name, [head, index, *blobs.values()])

    def _read_segments(self) -> None:
        try:
            names = sorted(name for name in os.listdir(self._folder) if name.endswith(_SUFFIX))
        except OSError:
            # There is no cache yet; that it cannot be made either is said when it is saved.
            return
        for name in names:
            if not name.startswith(f"{self._tool}-"):
                self._stale.append(name)
                continue
            try:
                self._read_segment(self._folder / name)
                self._segments.append(name)
            except FileNotFoundError:
                # Merged away by another process between the listing and now.
                continue
            except (OSError, ValueError, msgspec.MsgspecError):
                self._stale.append(name)
                self.damaged.append(name)

    def _read_segment(self, path: Path) -> None:
        with open(path, "rb") as file:
            data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        start = len(_MAGIC) + 20
        length, size = int.from_bytes(data[8:16], "little"), int.from_bytes(data[16:24], "little")
        encoded = data[start : start + length]
        if (
            data[:8] != _MAGIC
            or len(data) != start + length + size
            or zlib.crc32(encoded) != int.from_bytes(data[24:28], "little")
        ):
            raise ValueError(f"segment `{path.name}` is not whole")
        index = msgspec.msgpack.decode(encoded, type=_Index)
        at = start + length
        places = self._places
        for key, length, checksum in zip(index.keys, index.lengths, index.checksums, strict=True):
            places[key] = _Place(data, at, length, checksum)
            at += length


def write_whole(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file so that others see all of it or nothing.

    Args:
        path: of the file.
        pieces: its content.

    Raises:
        OSError: the folder cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with open(temporary, "xb") as file:
            file.writelines(pieces)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
