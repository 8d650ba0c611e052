"""Which of the words that would have been right is most like the one that was given."""

from collections.abc import Iterable


def nearest(given: str, known: Iterable[str], least: float = 0.0) -> str:
    """Return the known word most like `given`, whatever the case of its letters.

    Args:
        given: the word as it was written.
        known: the words that would have been right.
        least: how alike the two must be, from 0 to 1: the share of characters in common blocks (Ratcliff and Obershelp,
            "Pattern matching: the Gestalt approach", 1988, as in `difflib`).

    Returns:
        The word; of several equally near the first. "" where none is near enough.
    """
    from difflib import SequenceMatcher  # only a mistake needs it

    likeness = {word: SequenceMatcher(None, word.casefold(), given.casefold()).ratio() for word in known}
    found = max(likeness, key=lambda word: likeness[word], default="")
    return found if likeness.get(found, 0.0) >= least else ""


def suggestion(given: str, known: Iterable[str]) -> str:
    """Return `` (did you mean `x`?)`` for the known word nearest to `given`, or "" when none is near.

    Near is what `difflib` takes for it: a likeness of 0.6.
    """
    found = nearest(given, known, 0.6)
    return f" (did you mean `{found}`?)" if found else ""
