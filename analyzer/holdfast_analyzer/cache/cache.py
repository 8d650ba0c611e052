"""The cache: its folder, its faults, and the typed faces over the blobs."""

import contextlib
import os
import sys
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec

import holdfast_analyzer
import holdfast_rules
from holdfast_analyzer.cache.blobs import BlobStore
from holdfast_analyzer.cache.states import FileState, States
from holdfast_analyzer.outline.shape import Outline, Region
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.storage import STATEMENTS, decode_statements

SCHEMA = 1
"""Rises when outlines, summaries or this layout change their shape without a new version of the tool."""

KEPT_RUNS = 30
"""Entries that so many runs in a row have not used are dropped when segments are merged."""

T = TypeVar("T")
_OUTLINE = msgspec.msgpack.Decoder(Outline)
_TAG = "Signature: 8a477f597d28d172789f06886806bc55\n# This folder is a cache of holdfast; see https://bford.info/cachedir/\n"


def tool_version() -> str:
    """Names the version of the tool: by its files' sizes and times, so that a changed checkout is another version."""
    digest = blake2b(str(SCHEMA).encode(), digest_size=8)
    for package in (holdfast_analyzer, holdfast_rules):
        for folder in package.__path__:
            for path in sorted(Path(folder).rglob("*.py")):
                found = path.stat()
                digest.update(f"{path.name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _no() -> None:
    return None


class Cache:
    """Facts of earlier runs, by the content that they were found in. Without a folder it keeps nothing.

    A cache that is damaged, closed or of another version never changes a result: what it should hold is worked out
    anew, and `notices` says what is wrong with it.

    Attributes:
        notices: (path, message) for the user: lowercase, one for each thing that is wrong.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.notices: list[tuple[str, str]] = []
        self._directory = os.path.join(os.getcwd(), "")
        self._states: States | None = None
        self._blobs: BlobStore | None = None
        if folder is not None:
            # What an outline can say depends on the interpreter.
            self._home = folder / str(sys.implementation.cache_tag)
            if folder.exists() and not folder.is_dir():
                self._notice("is no folder; results are not cached; name another with `--cache-dir`")
                return
            tool = tool_version()
            self._states = States(self._home / "files", tool)
            self._blobs = BlobStore(self._home, tool)

    @classmethod
    def open(cls, folder: str | Path | None) -> "Cache":
        """Open a cache.

        Args:
            folder: where it lies; it is made when the cache is saved. None for a cache that keeps nothing.
        """
        return cls(Path(folder) if folder is not None else None)

    # Files

    def use_prefilter(self, key: bytes) -> None:
        """Say which prefilter answers: the answers of any other are forgotten.

        Args:
            key: `EnginePrefilter.key`.
        """
        if self._states is not None:
            self._states.forget_answers(key)

    def file_state(self, path: str) -> FileState | None:
        """What is known of a file that has not changed since, at the price of one `stat`.

        Args:
            path: of the file, relative to the working directory or absolute.

        Returns:
            Its state; None for a file that is new, changed, gone, or changed so recently that it may change unseen.
        """
        return self._states.known(self._absolute(path)) if self._states is not None else None

    def record(self, path: str, data: bytes, names_engine: bool | None = None) -> None:
        """Record a file as it was just read.

        Args:
            path: of the file.
            data: its whole content.
            names_engine: the prefilter's answer, if it was asked.
        """
        if self._states is not None:
            self._states.record(self._absolute(path), data, names_engine)

    def digest(self, path: str, data: Callable[[], bytes]) -> bytes:
        """The digest of a file's content, 16 bytes, without reading it when it is unchanged.

        Args:
            path: of the file.
            data: reads the file.
        """
        if self._states is None:
            return b""
        state = self.file_state(path)
        if state is None:
            state = self._states.record(self._absolute(path), data(), None)
        return state.digest

    def hold(self, path: str, data: bytes) -> None:
        """Take other content for a file than it has on disk, such as an editor's buffer, until this cache is dropped.

        Args:
            path: of the file; it need not exist.
            data: the content.
        """
        if self._states is not None:
            self._states.hold(self._absolute(path), data)

    def _absolute(self, path: str) -> str:
        return path if os.path.isabs(path) else self._directory + path

    def begin_run(self) -> None:
        """Begin another run with the same cache, for which files may have changed and nothing is held in their place."""
        if self._states is not None:
            self._states.begin_run()

    def drop_unused(self) -> None:
        """Forget what is not on disk and the last run did not need, such as facts of an editor's earlier buffers."""
        if self._blobs is not None:
            self._blobs.drop_unused()

    # Facts

    def get(self, kind: str, key: bytes) -> bytes | None:
        """A blob.

        Args:
            kind: what sort of fact; kinds share no keys.
            key: a digest of all that the fact depends on.

        Returns:
            The blob; None when it is unknown or damaged.
        """
        return self._blobs.get(kind.encode() + b"\0" + key) if self._blobs is not None else None

    def put(self, kind: str, key: bytes, blob: bytes) -> None:
        """Keep a blob; `save` writes it.

        Args:
            kind: what sort of fact.
            key: a digest of all that the fact depends on.
            blob: the fact.
        """
        if self._blobs is not None:
            self._blobs.put(kind.encode() + b"\0" + key, blob)

    def outline(
        self, path: str, data: Callable[[], bytes], make: Callable[[], Outline], ready: Callable[[], bytes | None] = _no
    ) -> Outline:
        """The outline of a file.

        Args:
            path: of the file.
            data: reads the file; not called when the file is unchanged.
            make: outlines it; not called when its content is known. What it raises is passed on.
            ready: gives the outline as MessagePack where someone has made it already, else None; called before `make`.
        """
        if self._blobs is None:
            blob = ready()
            return make() if blob is None else _OUTLINE.decode(blob)
        return self._kept("outline", self.digest(path, data), _OUTLINE, make, ready)

    def statements(
        self,
        path: str,
        region: Region,
        data: Callable[[], bytes],
        make: Callable[[], list[ir.Stmt]],
        ready: Callable[[], bytes | None] = _no,
    ) -> list[ir.Stmt]:
        """The statements of a block of a file.

        Args:
            path: of the file.
            region: the block.
            data: reads the file; not called when the file is unchanged.
            make: lowers the block; not called when it is known. What it raises is passed on.
            ready: gives the statements as `encode_statements` writes them where someone has lowered them already, else
                None; called before `make`.
        """
        if self._blobs is None:
            blob = ready()
            return make() if blob is None else decode_statements(blob)
        place = f"{region.line}:{region.end_line}:{region.column}".encode()
        return self._kept("statements", self.digest(path, data) + place, STATEMENTS, make, ready)

    def _kept(
        self,
        kind: str,
        key: bytes,
        decoder: msgspec.msgpack.Decoder[T],
        make: Callable[[], T],
        ready: Callable[[], bytes | None],
    ) -> T:
        blob = self.get(kind, key)
        if blob is not None:
            with contextlib.suppress(msgspec.MsgspecError, RecursionError):
                # A blob of a shape that this version does not know is worked out again, and written over.
                return decoder.decode(blob)
        blob = ready()
        if blob is not None:
            self.put(kind, key, blob)
            return decoder.decode(blob)
        made = make()
        try:
            self.put(kind, key, msgspec.msgpack.encode(made))
        except (RecursionError, OverflowError, UnicodeEncodeError):
            # Too deep, or with text that has no encoding: such a fact is worked out in every run.
            return made
        return made

    # The folder

    @property
    def is_changed(self) -> bool:
        """Whether there is something to write."""
        return any(part is not None and part.is_changed for part in (self._states, self._blobs))

    def save(self) -> None:
        """Write what is new. That it cannot be written is a notice, not an error."""
        if self._folder is None or self._states is None or self._blobs is None:
            return
        if self._states.is_damaged or self._blobs.damaged:
            self._notice("could not be read in full; what was lost was worked out anew")
        if not self.is_changed:
            return
        run, used = self._states.run, self._states.used
        for key in self._blobs.used:
            used[key] = run
        oldest = run - KEPT_RUNS
        for key in [key for key, last in used.items() if last < oldest]:
            del used[key]
        try:
            self._make_folder()
            self._blobs.save(used)
            self._states.save(oldest)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            self._notice(f"cannot be written: {reason}; results are not cached; name another with `--cache-dir`")

    def _make_folder(self) -> None:
        assert self._folder is not None
        self._home.mkdir(parents=True, exist_ok=True)
        for name, text in (("CACHEDIR.TAG", _TAG), (".gitignore", "*\n")):
            path = self._folder / name
            if not path.exists():
                path.write_text(text, encoding="utf-8")

    def _notice(self, message: str) -> None:
        notice = (str(self._folder), f"cache folder `{self._folder}` {message}")
        if notice not in self.notices:
            self.notices.append(notice)
