"""What is wrong with a configuration, and how to say which name was meant."""

from collections.abc import Iterable
from difflib import get_close_matches


class ConfigError(Exception):
    """The configuration cannot be used. The message names the key, the place and what would be valid."""


def nearest(given: str, valid: Iterable[str]) -> str:
    """Return a clause that points to what was probably meant: "; did you mean `select`?", or which ones are valid.

    Args:
        given: the name as the user wrote it.
        valid: the names that would have been right.
    """
    names = sorted(valid)
    by_case = {name.lower(): name for name in names}
    close = get_close_matches(given.lower(), by_case, n=1, cutoff=0.55)
    if close:
        return f"; did you mean `{by_case[close[0]]}`?"
    if len(names) > 20:
        return ""
    return "; valid: " + ", ".join(f"`{name}`" for name in names)
