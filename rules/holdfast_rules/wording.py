"""The phrases that the messages of several rules share, so that all rules speak alike.

Messages are lowercase and have no full stop; constructs stand in backticks; advice is kept apart as help.
"""

from collections.abc import Sequence

from holdfast_rules.effect import Effect
from holdfast_rules.facts import Sink, Span, UnitFacts

LONGEST_QUOTE = 48
"""Characters of a quoted construct: with the words around it a message still fits two lines of an 80-column terminal."""

_FLOWS = (
    (Sink.DURABLE_BRANCH, "decides which durable operations run"),
    (Sink.BRANCH, "decides a branch"),
    (Sink.DURABLE_NAME, "names a durable operation"),
    (Sink.DURABLE_INPUT, "goes into a durable operation"),
    (Sink.RESULT, "is part of the result"),
    (Sink.STATE, "is kept in workflow state"),
)


def quote(text: str) -> str:
    """Return `text` in backticks, on one line, shortened in its middle to `LONGEST_QUOTE` characters."""
    line = " ".join(text.split()).replace("`", "'")
    if len(line) > LONGEST_QUOTE:
        tail = LONGEST_QUOTE // 3
        line = f"{line[: LONGEST_QUOTE - tail - 1]}…{line[-tail:]}"
    return f"`{line}`"


def quote_all(texts: Sequence[str], most: int = 2) -> str:
    """Return up to `most` different texts in backticks, and how many more there are: "`a`, `b` and 3 more"."""
    different = list(dict.fromkeys(texts))
    shown = [quote(text) for text in different[:most]]
    if len(different) > most:
        return f"{', '.join(shown)} and {len(different) - most} more"
    return " and ".join(shown)


def flow(reaches: frozenset[Sink], subject: str = "it") -> str:
    """Say where a value goes, as the end of a sentence: ", and it decides a branch"; "" when it goes nowhere.

    Args:
        reaches: where the value flows; the most harmful place is named.
        subject: what flows, with its article or as a pronoun.
    """
    for sink, words in _FLOWS:
        if sink in reaches:
            return f", and {subject} {words}"
    return ""


def advice(unit: UnitFacts, effect: Effect, otherwise: str, remedy: str = "") -> str:
    """Return what to do about a hazard: the remedy of the case, else the engine's replacement, else `otherwise`.

    Args:
        unit: whose engine offers the replacement.
        effect: the kind of hazard.
        otherwise: a whole sentence.
        remedy: like a profile's replacements, a clause that fits behind "use".
    """
    clause = remedy or unit.profile.replacements.get(effect, "")
    return f"use {clause}" if clause else otherwise


def place(span: Span, seen_from: Span) -> str:
    """Say where `span` is for a reader who looks at `seen_from`: "line 12", or "shop/rates.py:12" in another file."""
    return f"line {span.line}" if span.path == seen_from.path else f"{span.path}:{span.line}"
