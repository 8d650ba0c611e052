"""The lines of source code that a report quotes."""

import os
from collections.abc import Mapping
from pathlib import Path

from holdfast_analyzer.render.style import TAB, cells, clip, safe
from holdfast_analyzer.source import SourceText, UnreadableSource

MOST_CACHED = 64
"""Files kept in memory: findings come in the order of their paths, and chains share few files."""

LONGEST = 4096
"""Characters of a line that are looked at: a minified line of megabytes must not be measured character by character."""


class SourceLines:
    """Reads single lines of files; an unreadable file or a line beyond its end is simply not there."""

    def __init__(self, folder: Path | None = None, given: Mapping[str, bytes] | None = None) -> None:
        """Read paths relative to `folder`, None for the working directory; `given` stands in for what is on disk."""
        self._folder = folder or Path()
        self._given = {os.path.abspath(self._folder / path): data for path, data in (given or {}).items()}
        self._files: dict[str, list[str]] = {}

    def line(self, path: str, number: int) -> str | None:
        """Return a line without its end, or None when it cannot be had.

        Args:
            path: relative to the folder.
            number: from 1.
        """
        lines = self._files.get(path)
        if lines is None:
            if len(self._files) >= MOST_CACHED:
                self._files.pop(next(iter(self._files)))
            lines = self._files[path] = self._read(path)
        return lines[number - 1] if 0 < number <= len(lines) else None

    def _read(self, path: str) -> list[str]:
        try:
            data = self._given.get(os.path.abspath(self._folder / path)) if self._given else None
            if data is None:
                data = (self._folder / path).read_bytes()
            return SourceText.from_bytes(path, data).text.split("\n")
        except (OSError, ValueError, UnreadableSource):
            return []  # the report must not fail because a file vanished, or never could be read


class Excerpt:
    """A line of source, trimmed to a width, with the columns of what is marked in it."""

    def __init__(self, line: str, column: int, end_column: int, width: int) -> None:
        """Take a line and what to mark.

        Args:
            line: the line.
            column: the first marked character, from 1.
            end_column: behind the last marked one; a value not behind `column` marks to the end of the line.
            width: the most columns that the excerpt may take.
        """
        start = min(max(column - 1, 0), len(line))
        end = min(end_column - 1, len(line)) if end_column > column else len(line.rstrip())
        end = max(end, start)
        before, marked, after = _shown(line[:start]), _shown(line[start:end]), _shown(line[end:].rstrip())
        indent = len(before) - len(before.lstrip(" "))
        if indent > TAB:
            before = " " * TAB + before[indent:]
        # A mark behind the last character takes a column, too.
        if cells(before + after) + max(cells(marked), 1) > width:
            before, marked, after = _trim(before, marked, after, width)
        self.text = (before + marked + after).rstrip()
        self.offset = cells(before)
        self.length = max(cells(marked), 1)


def _shown(text: str) -> str:
    return safe(text.replace("\t", " " * TAB))


def _trim(before: str, marked: str, after: str, width: int) -> tuple[str, str, str]:
    """Cut a line to `width` columns around what is marked: first behind it, then before it, then inside it."""
    room = max(width - max(cells(marked), 1), width // 3)
    keep_after = min(cells(after), max(room // 3, room - cells(before)))
    after = _head(after, keep_after)
    before = _tail(before, room - cells(after))
    return before, _head(marked, max(width - cells(before) - cells(after), 1)), after


def _head(text: str, width: int) -> str:
    return clip(text[:LONGEST], width) if width > 0 else ""


def _tail(text: str, width: int) -> str:
    return clip(text[-LONGEST:][::-1], width)[::-1] if width > 0 else ""
