"""`holdfast check`: its options, what narrows a report down, and where its output goes."""

from holdfast_analyzer.command.check.command import check

__all__ = ["check"]
