"""Colour, width and safety of text on a terminal."""

import re
import unicodedata

from holdfast_rules.facts import Verdict
from holdfast_rules.rule import Severity

TAB = 4
"""Columns that a tab in source code is shown as."""

RED, GREEN, YELLOW, BLUE, CYAN, BOLD, DIM = "31", "32", "33", "34", "36", "1", "2"
"""Parameters of SGR, the escape sequence of ECMA-48 for how text looks."""

SEVERITY_STYLE = {Severity.ERROR: (BOLD, RED), Severity.WARNING: (BOLD, YELLOW), Severity.NOTE: (BOLD, CYAN)}
VERDICT_STYLE = {Verdict.PROVED: (GREEN,), Verdict.VIOLATED: (RED,), Verdict.UNKNOWN: (YELLOW,)}

_UNSAFE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""Control characters that could drive a terminal, those that reorder text (CVE-2021-42574), and lone surrogates."""


class Style:
    """Paints text, or leaves it plain."""

    def __init__(self, colour: bool) -> None:
        """Paint when `colour` is true."""
        self._colour = colour

    def __call__(self, text: str, *looks: str) -> str:
        """Return `text`, looking as the SGR parameters `looks` say."""
        if not self._colour or not looks or not text:
            return text
        return f"\x1b[{';'.join(looks)}m{text}\x1b[0m"

    def severity(self, text: str, severity: Severity) -> str:
        """Return `text` in the colour of a severity."""
        return self(text, *SEVERITY_STYLE[severity])

    def code(self, text: str, *around: str) -> str:
        """Return `text` with its constructs in backticks in bold, and the rest looking as `around` says."""
        if not self._colour:
            return text
        parts = re.split(r"(`[^`]+`)", text)
        marked = (*around, BOLD) if BOLD not in around else around
        return "".join(self(part, *(marked if part.startswith("`") else around)) for part in parts)


def wants_colour(choice: str, *, terminal: bool, environment: dict[str, str] | None = None) -> bool:
    """Return whether output is to be coloured.

    Args:
        choice: `auto`, `always` or `never`, from the command line.
        terminal: whether the output is a terminal.
        environment: for `auto`: `NO_COLOR` (no-color.org) and `TERM=dumb` switch colour off, `FORCE_COLOR` on.
    """
    if choice != "auto":
        return choice == "always"
    values = environment or {}
    if values.get("NO_COLOR"):
        return False
    if values.get("FORCE_COLOR"):
        return True
    return terminal and values.get("TERM") != "dumb"


def safe(text: str) -> str:
    r"""Return `text` with every character that could drive a terminal shown as an escape: `\x1b`, `\u202e`."""
    return _UNSAFE.sub(lambda hit: ascii(hit[0])[1:-1], text)


def cells(text: str) -> int:
    """Return how many columns of a terminal `text` takes: two for wide characters, none for combining ones (UAX #11)."""
    if text.isascii():
        return len(text)
    return sum(_cell(character) for character in text)


def _cell(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def clip(text: str, width: int) -> str:
    """Return `text` in at most `width` columns, with an ellipsis in place of its end."""
    if cells(text) <= width:
        return text
    kept = ""
    used = 0
    for character in text:
        used += _cell(character)
        if used > width - 1:
            break
        kept += character
    return kept + "…"


def wrap(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` columns, broken at blanks; a longer word keeps its own line."""
    lines: list[str] = []
    for word in text.split():
        if lines and cells(lines[-1]) + 1 + cells(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def count(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: "1 file", "2,000 files"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
