"""What to suggest for a name that does not exist."""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str:
    """Return `` (did you mean `x`?)`` for the known name nearest to `name`, or "" when none is near.

    Nearness is `difflib`'s ratio with its default cut-off of 0.6.
    """
    found = get_close_matches(name, list(known), n=1)
    return f" (did you mean `{found[0]}`?)" if found else ""
