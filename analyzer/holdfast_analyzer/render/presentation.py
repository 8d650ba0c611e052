"""What a format needs to know besides the report: what is shown, to whom, how wide, and where paths begin."""

import os
from copy import copy
from functools import cached_property

from holdfast_analyzer.git import checkout_around
from holdfast_analyzer.render.source import SourceLines
from holdfast_analyzer.render.style import Style
from holdfast_analyzer.report import Threshold


class Presentation:
    """How a report is to be shown.

    Attributes:
        threshold: which findings are shown, and which make the check fail.
        enabled: codes of the rules that are on.
        style: paints, or does not.
        source: where quoted lines come from.
        width: columns to keep to.
        quiet: findings only, no summary.
        statistics: count by rule instead of listing.
        asides: what else the summary says, such as how many findings the baseline holds.
        with_baseline: findings were compared to a baseline.
    """

    def __init__(
        self,
        threshold: Threshold,
        *,
        enabled: frozenset[str] = frozenset(),
        style: Style | None = None,
        source: SourceLines | None = None,
        width: int = 80,
        quiet: bool = False,
        statistics: bool = False,
        asides: tuple[str, ...] = (),
        with_baseline: bool = False,
    ) -> None:
        self.threshold = threshold
        self.enabled = enabled
        self.style = style or Style(False)
        self.source = source or SourceLines()
        self.width = width
        self.quiet = quiet
        self.statistics = statistics
        self.asides = asides
        self.with_baseline = with_baseline

    def seen(self, style: Style, width: int) -> "Presentation":
        """Return the same for a terminal: painted, and as wide as it is."""
        found = copy(self)
        found.style, found.width = style, width
        return found

    @cached_property
    def checkout(self) -> str:
        """The absolute root of the checkout around the working directory, or that directory: what CI hosts name files by."""
        return checkout_around(os.getcwd()) or os.getcwd()

    def in_checkout(self, path: str) -> str:
        """Return a finding's path relative to the checkout's root, with slashes; outside of it the absolute path."""
        relative = os.path.relpath(os.path.abspath(path), self.checkout)
        found = os.path.abspath(path) if relative.startswith("..") else relative
        return found.replace(os.sep, "/")
