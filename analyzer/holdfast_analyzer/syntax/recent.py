"""The trees that were parsed last: a file is outlined, and soon after, often, lowered."""

from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from holdfast_analyzer.syntax.parse import SyntaxTree

LARGEST = 1_500_000
"""Characters of source whose trees are kept; a tree takes about 36 bytes for each."""


class RecentTrees:
    """Keeps the trees that were asked for last, by path."""

    def __init__(self) -> None:
        self._trees: OrderedDict[str, SyntaxTree] = OrderedDict()
        self._size = 0

    def get(self, path: str, make: Callable[[], "SyntaxTree"]) -> "SyntaxTree":
        """The tree of a file.

        Args:
            path: of the file.
            make: parses it; not called when its tree is still there. What it raises is passed on.
        """
        tree = self._trees.get(path)
        if tree is None:
            tree = self._trees[path] = make()
            self._size += len(tree.source.text)
            while self._size > LARGEST and len(self._trees) > 1:
                _, dropped = self._trees.popitem(last=False)
                self._size -= len(dropped.source.text)
        else:
            self._trees.move_to_end(path)
        return tree
