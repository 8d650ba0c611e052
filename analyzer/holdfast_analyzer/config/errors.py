"""What is wrong with a configuration, and how to say which name was meant."""

from collections.abc import Iterable

from holdfast_rules.nearest import nearest as nearest_word


class ConfigError(Exception):
    """The configuration cannot be used. The message names the key, the place and what would be valid."""


def nearest(given: str, valid: Iterable[str]) -> str:
    """Return a clause that points to what was probably meant: "; did you mean `select`?", or which ones are valid.

    Args:
        given: the name as the user wrote it.
        valid: the names that would have been right.
    """
    names = sorted(valid)
    close = nearest_word(given, names, 0.55)
    if close:
        return f"; did you mean `{close}`?"
    if len(names) > 20:
        return ""
    return "; valid: " + ", ".join(f"`{name}`" for name in names)
