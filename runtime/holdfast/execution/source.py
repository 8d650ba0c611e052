"""Where in workflow code a durable operation stands."""

from __future__ import annotations

from types import FrameType

_short: dict[str, str] = {}


def source_of(frame: FrameType) -> str:
    """Return `file:line` of `frame`, the file with its last folder only: hosts differ in the rest."""
    name = frame.f_code.co_filename
    short = _short.get(name)
    if short is None:
        short = _short[name] = "/".join(name.replace("\\", "/").split("/")[-2:])
    return f"{short}:{frame.f_lineno}"
