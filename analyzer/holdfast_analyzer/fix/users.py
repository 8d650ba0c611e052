"""Who uses a function: a fix of one that others than workflow code use would change those, too."""

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec import Struct

from holdfast_analyzer.fix.tree import FileTree, FunctionNode
from holdfast_rules.facts import UnitFacts

HARMLESS_DECORATORS = ("staticmethod", "classmethod")


class Usage(Struct, frozen=True):
    """What is known of the users of a function.

    Attributes:
        elsewhere: the first use that is no workflow code of the engine, for people: "`shop/tests.py:7`"; or "".
        kinds: of the workflow functions that lead to it: True for coroutine functions.
    """

    elsewhere: str
    kinds: frozenset[bool] = frozenset()


class Users:
    """The uses of functions in all files of a project.

    Args:
        paths: every file of the project.
        tree_of: returns a file's tree, or None where it is no Python.
        bytes_of: returns a file's content.
        units: every workflow.
    """

    def __init__(
        self,
        paths: Sequence[str],
        tree_of: Callable[[str], FileTree | None],
        bytes_of: Callable[[str], bytes],
        units: Iterable[UnitFacts],
    ) -> None:
        self._paths = paths
        self._tree_of = tree_of
        self._bytes_of = bytes_of
        self._entries: dict[tuple[str, str], UnitFacts] = {}
        for facts in units:
            self._entries[facts.unit.path, facts.unit.id.partition(":")[2]] = facts
        self._known: dict[tuple[str, str, str], Usage] = {}
        self._contents: dict[str, bytes] = {}

    def of(self, tree: FileTree, function: FunctionNode | ast.Lambda | None, engine: str) -> Usage:
        """Return who uses a function, or the code of the function that something stands in.

        Args:
            tree: the file that defines it.
            function: the function; None for the module's own code.
            engine: whose workflows may use it.
        """
        if function is None:
            return Usage("the module's own code")
        if isinstance(function, ast.Lambda):
            return Usage(f"`{tree.path}:{function.lineno}`, a lambda that may be called anywhere")
        key = (tree.path, tree.qualname_of(function), engine)
        if key not in self._known:
            self._known[key] = Usage("")  # functions that call each other are used by whoever calls the others
            self._known[key] = self._find(tree, function, key[1], engine)
        return self._known[key]

    def entry(self, tree: FileTree, function: FunctionNode, engine: str) -> UnitFacts | None:
        """Return the workflow of which a function is what a replay runs, or None."""
        qualname = tree.qualname_of(function)
        facts = self._entries.get((tree.path, qualname))
        if facts is None:
            facts = self._entries.get((tree.path, qualname.rpartition(".")[0]))
            if facts is None or not _is_handler(function, facts):
                return None
        return facts if facts.unit.engine == engine else None

    def _find(self, tree: FileTree, function: FunctionNode, qualname: str, engine: str) -> Usage:
        if self.entry(tree, function, engine) is not None:
            return Usage("", frozenset({isinstance(function, ast.AsyncFunctionDef)}))
        here = f"`{tree.path}:{function.lineno}`"
        if any(dotted(decorator) not in HARMLESS_DECORATORS for decorator in function.decorator_list):
            return Usage(f"{here}, whose decorator may call it anywhere")
        if function.name.startswith("__"):
            return Usage(f"{here}, which Python calls by itself")
        kinds: set[bool] = set()
        for user, node in self._mentions_of(function.name):
            place = f"`{user.path}:{getattr(node, 'lineno', 1)}`"
            parent = user.parents.get(node)
            if not isinstance(parent, ast.Call) or parent.func is not node:
                return Usage(place)
            usage = self.of(user, user.function_of(node), engine)
            if usage.elsewhere:
                return Usage(place)
            kinds |= usage.kinds
        # No call by name: something calls it in another way. Functions that call each other end here, too.
        return Usage("", frozenset(kinds)) if kinds else Usage(here)

    def _data(self, path: str) -> bytes:
        if path not in self._contents:
            self._contents[path] = self._bytes_of(path)
        return self._contents[path]

    def _mentions_of(self, name: str) -> Iterator[tuple[FileTree, ast.AST]]:
        # One after the other: the first use elsewhere is enough, and most files then need not be parsed.
        encoded = name.encode()
        for path in self._paths:
            if _has_word(self._data(path), encoded) and (tree := self._tree_of(path)) is not None:
                for node in tree.mentions(name):
                    yield tree, node


def _has_word(data: bytes, word: bytes) -> bool:
    """Tell whether a word stands in a text by itself; a byte beyond ASCII may belong to it or not."""
    start = data.find(word)
    while start >= 0:
        end = start + len(word)
        if data[end : end + 1] not in _WORD and (start == 0 or data[start - 1 : start] not in _WORD):
            return True
        start = data.find(word, start + 1)
    return False


_WORD = frozenset(bytes([code]) for code in range(128) if chr(code).isalnum() or chr(code) == "_")


def _is_handler(function: FunctionNode, facts: UnitFacts) -> bool:
    """Tell whether a method of a workflow class is one that a replay runs."""
    markers = [marker for marker in facts.profile.workflows if marker.on == "class" or marker.base_class]
    lasts = {name.rpartition(".")[2] for marker in markers for name in marker.entry_decorators}
    methods = {name for marker in markers for name in marker.entry_methods}
    decorators = {dotted(decorator).rpartition(".")[2] for decorator in function.decorator_list}
    return function.name == "__init__" or function.name in methods or bool(decorators & lasts)


def dotted(node: ast.expr) -> str:
    """Return a decorator without its arguments, as written."""
    return ast.unparse(node.func if isinstance(node, ast.Call) else node)
