"""The source of workflow code: which expression a frame is at, what stands around it, which comments cover it."""

from __future__ import annotations

import ast
import functools
import linecache
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Final

from holdfast_rules.suppressions import Directive, parse_suppressions

Position = tuple[int, int]

_FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Source:
    """One file.

    Attributes:
        tree: its syntax tree; None where there is no source, or no readable one.
        directives: its suppression comments.
    """

    def __init__(self, text: str, path: str) -> None:
        self.tree: ast.Module | None = None
        self.directives: tuple[Directive, ...] = ()
        self._calls: dict[Position, ast.Call] = {}
        self._spans: dict[tuple[int, int, int, int], ast.expr] = {}
        self._statements: list[ast.stmt] = []
        self._functions: dict[tuple[int, str], ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda] = {}
        self._parents: dict[ast.AST, ast.AST] = {}
        try:
            self.tree = ast.parse(text) if text else None
        except (SyntaxError, ValueError):
            return  # it was compiled from something else
        if self.tree is not None:
            self.directives = parse_suppressions(text, path, lambda _: self.tree)
            self._read(self.tree)

    def _read(self, tree: ast.Module) -> None:
        pending: list[ast.AST] = [tree]
        while pending:
            node = pending.pop()
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
                pending.append(child)
            if isinstance(node, ast.expr):
                end = (node.end_lineno or 0, node.end_col_offset or 0)
                if isinstance(node, ast.Call):
                    self._calls[end] = node
                self._spans.setdefault((node.lineno, node.col_offset, *end), node)
            elif isinstance(node, ast.stmt):
                self._statements.append(node)
            if isinstance(node, _FUNCTIONS):
                decorators = getattr(node, "decorator_list", None) or [node]
                self._functions[decorators[0].lineno, getattr(node, "name", "<lambda>")] = node

    def call_at(self, code: CodeType, offset: int) -> ast.Call | None:
        """Return the call that the instruction at `offset` makes; no two calls end at the same place."""
        line, end_line, column, end_column = position(code, offset)
        found = self._calls.get((end_line, end_column))
        if found is None:
            return None
        # Fetching the next item of a loop is placed at the whole loop, which may end where a call in it does.
        statement = self.statement_of(found)
        begins = (getattr(statement, "lineno", 0), getattr(statement, "col_offset", 0))
        return found if (line, column) >= begins else None

    def node_at(self, code: CodeType, offset: int) -> ast.expr | ast.stmt | None:
        """Return what the instruction at `offset` belongs to: the expression, else the innermost statement."""
        line, end_line, column, end_column = position(code, offset)
        found = self._spans.get((line, column, end_line, end_column)) or self._calls.get((end_line, end_column))
        if found is not None:
            return found
        around = [each for each in self._statements if each.lineno <= line <= (each.end_lineno or 0)]
        return max(around, key=lambda each: (each.lineno, each.col_offset), default=None)

    def function_of(self, code: CodeType) -> ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | None:
        """Return the function that `code` was compiled from."""
        return self._functions.get((code.co_firstlineno, code.co_name))

    def parent_of(self, node: ast.AST) -> ast.AST | None:
        """Return what holds `node`."""
        return self._parents.get(node)

    def statement_of(self, node: ast.AST) -> ast.AST:
        """Return the statement that holds `node`."""
        while not isinstance(node, ast.stmt) and node in self._parents:
            node = self._parents[node]
        return node

    def chain_above(self, name: ast.expr) -> tuple[ast.expr, list[str]]:
        """Return the longest `name.a[…].b` that begins with `name`, and the attributes in it."""
        path: list[str] = []
        while True:
            parent = self._parents.get(name)
            if isinstance(parent, ast.Attribute):
                path.append(parent.attr)
            elif not (isinstance(parent, ast.Subscript) and parent.value is name):
                return name, path
            name = parent

    def around(self, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
        """Yield what surrounds `node` within its function, from the inside: (what surrounds, the part of it that holds)."""
        while not isinstance(node, _FUNCTIONS):
            parent = self._parents.get(node)
            if parent is None or isinstance(parent, ast.ClassDef):
                return
            yield parent, node
            node = parent

    def replays_aside(self, node: ast.AST) -> bool:
        """Whether the code asks `holdfast.current().replaying` before it comes to `node`, so that a replay stays away."""
        for parent, part in self.around(node):
            if (
                isinstance(parent, ast.If | ast.IfExp | ast.While)
                and part is not parent.test
                and self._asks(parent.test)
            ):
                return True
            if isinstance(parent, ast.BoolOp) and any(self._asks(each) for each in parent.values if each is not part):
                return True
            if any(self._asks(each.test) and _leaves(each.body) for each in _earlier(parent, part)):
                return True
        return False

    def _asks(self, test: ast.expr) -> bool:
        for each in ast.walk(test):
            if isinstance(each, ast.Attribute) and each.attr == "replaying":
                return True
            if isinstance(each, ast.Name) and any(self._asks(value) for value in self._assigned(each)):
                return True
        return False

    def _assigned(self, name: ast.Name) -> Iterator[ast.expr]:
        """Yield `….replaying` wherever the function assigns it to `name`."""
        scope: ast.AST = name
        while not isinstance(scope, _FUNCTIONS) and scope in self._parents:
            scope = self._parents[scope]
        for each in ast.walk(scope):
            if isinstance(each, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == name.id for target in each.targets
            ):
                yield from _replaying_in(each.value)

    def suppressed(self, code: str, line: int) -> bool:
        """Whether a comment silences the rule `code` on `line`."""
        return any(each.covers(code, each.at.path, line) for each in self.directives)


def _replaying_in(value: ast.expr) -> Iterator[ast.expr]:
    yield from (each for each in ast.walk(value) if isinstance(each, ast.Attribute) and each.attr == "replaying")


def _leaves(body: list[ast.stmt]) -> bool:
    return bool(body) and isinstance(body[-1], ast.Return | ast.Continue | ast.Break | ast.Raise)


def _earlier(parent: ast.AST, part: ast.AST) -> Iterator[ast.If]:
    """Yield the `if` statements before `part` in the same block of `parent`."""
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and part in block:
            yield from (each for each in block[: block.index(part)] if isinstance(each, ast.If))


@functools.lru_cache(maxsize=1024)
def source_of_file(name: str) -> Source:
    """Return the source of the file `name` of a code object; empty where there is none."""
    return Source("".join(linecache.getlines(name)), name)


def source_of(frame: FrameType) -> Source:
    """Return the source of the code that `frame` runs."""
    name = frame.f_code.co_filename
    if name.startswith("<"):
        linecache.lazycache(name, frame.f_globals)
    return source_of_file(name)


def position(code: CodeType, offset: int) -> tuple[int, int, int, int]:
    """Return line, last line, column and last column of the instruction at `offset`; 0 where they are not known."""
    for index, (line, end_line, column, end_column) in enumerate(code.co_positions()):
        if index == offset // 2:
            return line or 0, end_line or 0, column or 0, end_column or 0
    return code.co_firstlineno, 0, 0, 0
