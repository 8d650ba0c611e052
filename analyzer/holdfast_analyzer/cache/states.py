"""What is known of each file as of its size and modification time, so that an unchanged file is not even read."""

import os
import time
import zlib
from pathlib import Path

import msgspec

from holdfast_analyzer.cache.blobs import write_whole
from holdfast_analyzer.source import digest

_SETTLED = 2_000_000_000
"""Nanoseconds after which a file that changes again gets another modification time on every file system (FAT counts by 2 s)."""


class FileState(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A file as it was read.

    Attributes:
        mtime_ns, size: of the file then.
        digest: of its content, 16 bytes.
        names_engine: whether it imports an engine; None when no one asked.
        run: the last run that met the file.
    """

    mtime_ns: int
    size: int
    digest: bytes
    names_engine: bool | None
    run: int


class _Stored(msgspec.Struct, array_like=True):
    tool: str
    run: int
    prefilter: bytes
    used: dict[bytes, int]
    files: dict[str, FileState]


class States:
    """The states of all files, kept in one file.

    Args:
        path: of that file.
        tool: the version of the tool; states of another are not looked at.

    Attributes:
        run: the number of this run.
        prefilter: the key of the prefilter that gave the answers.
        used: blob key → the last run that used it.
        is_damaged: whether the file was there and could not be read.
        is_changed: whether there is something to write.
    """

    def __init__(self, path: Path, tool: str) -> None:
        self._path = path
        self._tool = tool
        self.is_damaged = False
        self.is_changed = False
        stored = self._read()
        self.run = stored.run + 1
        self.prefilter = stored.prefilter
        self.used = stored.used
        self._files = stored.files
        self._met: dict[str, FileState] = {}

    def _read(self) -> _Stored:
        nothing = _Stored(self._tool, 0, b"", {}, {})
        try:
            encoded = self._path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            # The first run; that the folder cannot be made is said when it is saved.
            return nothing
        except OSError:
            self.is_damaged = True
            return nothing
        try:
            if zlib.crc32(encoded[4:]) != int.from_bytes(encoded[:4], "little"):
                raise ValueError("the checksum differs")
            found = msgspec.msgpack.decode(encoded[4:], type=_Stored)
        except (ValueError, msgspec.MsgspecError):
            self.is_damaged = True
            return nothing
        return found if found.tool == self._tool else nothing

    def known(self, path: str) -> FileState | None:
        """The state of a file that is unchanged since it was recorded, by one `stat` a run; None for any other."""
        met = self._met.get(path)
        if met is not None:
            return met
        state = self._files.get(path)
        if state is None:
            return None
        try:
            found = os.stat(path)
        except OSError:
            # It is gone, or closed: whoever reads it next says so.
            return None
        if found.st_mtime_ns != state.mtime_ns or found.st_size != state.size:
            return None
        self._met[path] = state
        return state

    def begin_run(self) -> None:
        """Look at every file again, and forget what was held for one. By its number it stays the same run."""
        self._met = {}

    def hold(self, path: str, data: bytes) -> None:
        """Take other content for a file than it has on disk, for this run alone."""
        self._met[path] = FileState(-1, len(data), digest(data), None, self.run)

    def record(self, path: str, data: bytes, names_engine: bool | None) -> FileState:
        """Record a file as it was just read; one that may yet change within its modification time only for this run."""
        key = digest(data)
        try:
            found = os.stat(path)
        except OSError:
            # Vanished meanwhile, or an editor's buffer: there is no time to know it by.
            found = None
        if found is None or found.st_size != len(data):
            state = FileState(-1, len(data), key, names_engine, self.run)
        else:
            state = FileState(found.st_mtime_ns, len(data), key, names_engine, self.run)
            if time.time_ns() - found.st_mtime_ns > _SETTLED:
                self._files[path] = state
                self.is_changed = True
        self._met[path] = state
        return state

    def forget_answers(self, prefilter: bytes) -> None:
        """Drop the answers of another prefilter."""
        if prefilter == self.prefilter:
            return
        self.prefilter = prefilter
        self.is_changed = True
        self._files = {path: msgspec.structs.replace(state, names_engine=None) for path, state in self._files.items()}
        self._met = {path: msgspec.structs.replace(state, names_engine=None) for path, state in self._met.items()}

    def save(self, oldest: int) -> None:
        """Write the states.

        Args:
            oldest: files that no run since this one has met are dropped.

        Raises:
            OSError: the folder cannot be written.
        """
        files: dict[str, FileState] = {}
        for path, state in self._files.items():
            run = self.run if path in self._met else state.run
            if run >= oldest:
                files[path] = state if run == state.run else msgspec.structs.replace(state, run=run)
        encoded = msgspec.msgpack.encode(_Stored(self._tool, self.run, self.prefilter, self.used, files))
        write_whole(self._path, [zlib.crc32(encoded).to_bytes(4, "little"), encoded])
