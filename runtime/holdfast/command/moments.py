"""Moments as people give them on a command line: `2026-11-22T03:00Z`, or how long ago: `5m`, `-5m`, `7d`."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

import click

_AGO: Final = re.compile(r"-?(\d+(?:\.\d+)?)(ms|s|m|h|d|w)")
_SECONDS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0, "w": 604_800.0}


class Moment:
    """A moment, absolute or before now.

    Attributes:
        text: as it was given.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        ago = _AGO.fullmatch(text)
        self._ago = None if ago is None else float(ago[1]) * _SECONDS[ago[2]]
        self._at = None if ago is not None else _absolute(text)

    def at(self, now: float) -> float:
        """Return it as Unix seconds, where `now` is the time (the database's) in Unix seconds."""
        return now - self._ago if self._ago is not None else self._at or 0.0


def _absolute(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is no moment; give it as `2026-11-22T03:00Z`, or how long ago: `90s`, `5m`, `12h`, `7d`"
        ) from None
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone; give it as `{moment.isoformat()}Z` or with an offset: `+01:00`")
    return moment.astimezone(UTC).timestamp()


class MomentParameter(click.ParamType):  # type: ignore[type-arg]  # generic from click 8.2 on
    """A click parameter that is a `Moment`."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Moment:
        """Return the moment that `value` names, or tell why it names none."""
        if isinstance(value, Moment):
            return value
        try:
            return Moment(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def shown(seconds: float) -> str:
    """Return Unix `seconds` as a text in the local time zone, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().isoformat(" ", "milliseconds")
