"""Columns in the client's units: a finding counts characters from 1, the protocol UTF-16 units from 0 unless agreed otherwise."""

from collections.abc import Callable

from lsprotocol import types
from pygls.workspace import PositionCodec


class Positions:
    """Turns places of findings into those of the protocol.

    Args:
        codec: of the units that the client counts in.
        line_of: path and number of a line from 1 → its text, None where it cannot be had.
    """

    def __init__(self, codec: PositionCodec, line_of: Callable[[str, int], str | None]) -> None:
        self._codec = codec
        self._line_of = line_of

    def position(self, path: str, line: int, column: int) -> types.Position:
        """Return a position; a column behind the line's end is its end.

        Args:
            path: of the file.
            line, column: from 1, in characters.
        """
        text = self._line_of(path, line) or ""
        return types.Position(max(line - 1, 0), self._codec.client_num_units(text[: max(column - 1, 0)]))

    def range(self, path: str, line: int, column: int, end_line: int, end_column: int) -> types.Range:
        """Return a range, of no length where it would end before it begins."""
        start = self.position(path, line, column)
        end = self.position(path, end_line, end_column)
        return types.Range(start, max(start, end, key=lambda place: (place.line, place.character)))

    def whole_line(self, path: str, line: int) -> types.Range:
        """Return the range of a line without its end."""
        start = types.Position(max(line - 1, 0), 0)
        return types.Range(
            start, types.Position(start.line, self._codec.client_num_units(self._line_of(path, line) or ""))
        )

    def character(self, path: str, position: types.Position) -> int:
        """Return the column, from 1 and in characters, of a client's position."""
        text = self._line_of(path, position.line + 1) or ""
        units = 0
        for column, letter in enumerate(text, 1):
            units += self._codec.client_num_units(letter)
            if units > position.character:
                return column
        return len(text) + 1


def overlaps(first: types.Range, second: types.Range) -> bool:
    """Tell whether two ranges share a place; an empty one is a place."""
    return _key(first.start) <= _key(second.end) and _key(second.start) <= _key(first.end)


def _key(position: types.Position) -> tuple[int, int]:
    return position.line, position.character
