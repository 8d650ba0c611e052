"""Awaits a durable operation whose coroutine is dropped."""

import ast

from holdfast_analyzer.fix.tree import FileTree
from holdfast_rules.fixes import Edit


def awaited(tree: FileTree, call: ast.Call) -> tuple[Edit, ...] | None:
    """Return the edit that awaits a call; None where it is no statement of a coroutine function."""
    if not isinstance(tree.parents[call], ast.Expr) or not tree.can_await(call):
        return None
    line, column, _, _ = tree.span(call)
    return (tree.insertion(line, column, "await "),)
