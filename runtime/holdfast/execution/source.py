"""Where in workflow code a durable operation stands."""

from __future__ import annotations

from types import CodeType, FrameType

_places: dict[int, tuple[CodeType, dict[int, str]]] = {}
"""By the id of a code object, which is kept so that no other gets the id: what its instructions are called."""


def source_of(frame: FrameType) -> str:
    """Return `file:line` of `frame`, the file with its last folder only: hosts differ in the rest."""
    code = frame.f_code
    known = _places.get(id(code))
    if known is None:
        known = _places[id(code)] = (code, {})
    # Python finds a line number by reading a table from its beginning.
    place = known[1].get(frame.f_lasti)
    if place is None:
        short = "/".join(code.co_filename.replace("\\", "/").split("/")[-2:])
        place = known[1][frame.f_lasti] = f"{short}:{frame.f_lineno}"
    return place
