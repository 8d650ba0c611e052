"""Decorators of a project's own that apply an engine's: found in bytes, so that only files that use one are read."""

import re
from collections.abc import Iterable
from functools import lru_cache

from holdfast_rules.engines.profile import Profile

_DEFINITION = re.compile(rb"^([ \t]*)(?:async[ \t]+)?def[ \t]+(\w+)", re.MULTILINE)
_MOST = 32
"""A file with more such names is no library of decorators."""


def own_decorators(profiles: Iterable[Profile], data: bytes) -> list[bytes]:
    """Return the names of the functions in which an engine's workflow decorator is applied to something nested in them.

    `return hatchet.durable_task(name=name)(function)`, `return client.durable_task(name=name)`, and a nested function that is
    itself decorated.

    Args:
        profiles: the engines.
        data: the whole content of a file.

    Returns:
        The names of the functions around each such place: too many now and then, never too few of those in one file.
    """
    applied = _applied(frozenset(name for profile in profiles for name in _last_names(profile)))
    if applied is None:
        return []
    definitions = [(match.start(), len(match[1]), match[2]) for match in _DEFINITION.finditer(data)]
    found: set[bytes] = set()
    for place in applied.finditer(data):
        depth = len(place[1])
        for start, indent, name in reversed(definitions):
            if start < place.start() and indent < depth:
                found.add(name)
                depth = indent
    return sorted(found)[:_MOST]


def decoration(names: Iterable[bytes]) -> re.Pattern[bytes]:
    """Return what finds a decoration with one of `names`: `@name`, `@app.name(…)`."""
    return re.compile(rb"^[ \t]*@(?:[\w.]+\.)?(?:" + b"|".join(sorted(names)) + rb")\b", re.MULTILINE)


def _last_names(profile: Profile) -> set[bytes]:
    return {marker.decorator.rpartition(".")[2].encode() for marker in profile.workflows if marker.decorator}


@lru_cache
def _applied(names: frozenset[bytes]) -> re.Pattern[bytes] | None:
    if not names:
        return None
    last = rb"(?:" + b"|".join(sorted(map(re.escape, names))) + rb")\b"
    return re.compile(rb"^([ \t]+)(?:@|(?:return|[\w.]+[ \t]*(?::[^=\n]*)?=)[ \t]+)(?:[\w.]+\.)?" + last, re.MULTILINE)
