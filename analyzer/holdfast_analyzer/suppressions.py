"""Which findings the suppression comments of a check silence, and which comments silenced something."""

import ast
from collections.abc import Iterable, Sequence

from holdfast_analyzer.source import SourceText, UnreadableSource
from holdfast_analyzer.syntax.parse import parse_source
from holdfast_rules import suppressions
from holdfast_rules.facts import Frame, Suppression
from holdfast_rules.rule import Suppressed
from holdfast_rules.suppressions import HINT, Directive

__all__ = ["HINT", "Directive", "Suppressions", "parse_suppressions"]


def parse_suppressions(text: str, path: str) -> tuple[Directive, ...]:
    """Return the suppression comments of a file, in order; see `holdfast_rules.suppressions.parse_suppressions`."""
    return suppressions.parse_suppressions(text, path, _tree)


def _tree(text: str) -> ast.Module | None:
    try:
        return parse_source(SourceText("", text)).module
    except UnreadableSource:
        return None  # broken code is reported by whoever analyses it


class Suppressions:
    """The suppression comments of a check; remembers which of them silenced something."""

    def __init__(self, directives: Iterable[Directive]) -> None:
        """Take the comments of all files of the check."""
        self._by_path: dict[str, list[Directive]] = {}
        self._used: dict[Directive, set[str]] = {}
        for directive in directives:
            self._by_path.setdefault(directive.at.path, []).append(directive)
            self._used[directive] = set()

    def silence(self, code: str, path: str, line: int, chain: Sequence[Frame]) -> Suppressed | None:
        """Return where and why a finding is silenced, or None; each comment that covers it counts as used.

        Args:
            code: the rule's code.
            path: of the hazard, as the comments' `at` names it.
            line: of the hazard, from 1.
            chain: from the unit's definition to the hazard.

        Returns:
            The comment nearest to the hazard.
        """
        places = [(path, line), *((frame.path, frame.line) for frame in reversed(chain))]
        nearest: Directive | None = None
        for place, at_line in dict.fromkeys(places):
            for directive in self._by_path.get(place, ()):
                if directive.covers(code, place, at_line):
                    self._used[directive].add(code)
                    nearest = nearest or directive
        if nearest is None:
            return None
        return Suppressed(nearest.at.path, nearest.at.line, nearest.reason)

    def results(self) -> tuple[Suppression, ...]:
        """Return every comment with the codes that it silenced: what the rules about suppressions judge."""
        return tuple(
            Suppression(at=directive.at, codes=directive.codes, reason=directive.reason, used=tuple(sorted(used)))
            for directive, used in self._used.items()
        )
