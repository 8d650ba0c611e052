"""A file's text and syntax tree, with what a fix asks of them: parents, functions, bindings."""

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any

from holdfast_analyzer.outline.names import FIELDS
from holdfast_analyzer.source import SourceText
from holdfast_analyzer.syntax.parse import SyntaxTree, parse_source
from holdfast_rules.fixes import Edit

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_QUALIFYING = frozenset({ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef})
_BOUND: dict[type, Callable[[Any], Sequence[str | None]]] = {
    ast.Name: lambda node: (node.id,),
    ast.arg: lambda node: (node.arg,),
    ast.alias: lambda node: (node.asname or node.name.partition(".")[0],),
    ast.Global: lambda node: node.names,
    ast.Nonlocal: lambda node: node.names,
    ast.MatchMapping: lambda node: (node.rest,),
    **dict.fromkeys(
        (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar),
        lambda node: (node.name,),
    ),
    **{
        getattr(ast, kind): lambda node: (node.name,)
        for kind in ("TypeVar", "ParamSpec", "TypeVarTuple")
        if hasattr(ast, kind)
    },
}
"""The names that a node binds, by its type: of a bare name, where it is no read."""


class FileTree:
    """One file.

    Args:
        path: how the report names it.
        data: its content.

    Raises:
        UnreadableSource: it is no Python.
    """

    def __init__(self, path: str, data: bytes) -> None:
        self.path = path
        self.source = SourceText.from_bytes(path, data)
        self._syntax: SyntaxTree = parse_source(self.source)
        self.module = self._syntax.module
        self.parents: dict[ast.AST, ast.AST] = {}
        self.functions: dict[str, list[FunctionNode]] = {}
        self.bindings: dict[str, list[ast.AST]] = {}
        self.reads: set[str] = set()
        self._walk(self.module, "")

    def _walk(self, top: ast.AST, scope: str) -> None:
        parents, bindings = self.parents, self.bindings
        pending: list[tuple[ast.AST, str]] = [(top, scope)]
        while pending:
            node, scope = pending.pop()
            kind = node.__class__
            if kind is ast.Name and node.ctx.__class__ is ast.Load:  # type: ignore[attr-defined]
                self.reads.add(node.id)  # type: ignore[attr-defined]
                continue
            bound = _BOUND.get(kind)
            for name in bound(node) if bound is not None else ():
                if name is not None:
                    bindings.setdefault(name, []).append(node)
            if kind in _QUALIFYING:
                qualname = f"{scope}{node.name}"  # type: ignore[attr-defined]
                if kind is ast.ClassDef:
                    scope = f"{qualname}."
                else:
                    self.functions.setdefault(qualname, []).append(node)  # type: ignore[arg-type]
                    scope = f"{qualname}.<locals>."
            for field in FIELDS[kind]:
                value = getattr(node, field, None)
                if isinstance(value, ast.AST):
                    parents[value] = node
                    pending.append((value, scope))
                elif value.__class__ is list:
                    for child in value:
                        if isinstance(child, ast.AST):
                            parents[child] = node
                            pending.append((child, scope))

    @cached_property
    def _in_breadth(self) -> Sequence[ast.AST]:
        """Every node that can be asked for, in the order of `ast.walk`."""
        found: list[ast.AST] = [self.module]
        for node in found:
            for field in FIELDS[node.__class__]:
                value = getattr(node, field, None)
                if isinstance(value, ast.AST):
                    found.append(value)
                elif value.__class__ is list:
                    found += [child for child in value if isinstance(child, ast.AST)]
        return found

    @cached_property
    def _by_line(self) -> dict[int, list[ast.expr]]:
        found: dict[int, list[ast.expr]] = {}
        for node in self._in_breadth:
            if isinstance(node, ast.expr):
                found.setdefault(node.lineno, []).append(node)
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[ast.AST]]:
        found: dict[str, list[ast.AST]] = {}
        for node in self._in_breadth:
            kind = node.__class__
            mentioned: object = None
            if kind is ast.Name:
                mentioned = node.id  # type: ignore[attr-defined]
            elif kind is ast.Attribute:
                mentioned = node.attr  # type: ignore[attr-defined]
            elif kind is ast.Constant:
                mentioned = node.value  # type: ignore[attr-defined]
            elif kind is ast.alias and node.asname not in (None, node.name):  # type: ignore[attr-defined]
                mentioned = node.name  # type: ignore[attr-defined]
            if isinstance(mentioned, str):
                found.setdefault(mentioned, []).append(node)
        return found

    def mentions(self, name: str) -> Sequence[ast.AST]:
        """Return what speaks of a name: bare names, attributes, imports of it under another name, and strings."""
        return self._by_name.get(name, ())

    def is_builtin(self, name: str) -> bool:
        """Tell whether a name means the builtin of that name everywhere in the file."""
        stars = any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in self.module.body)
        return name not in self.bindings and not stars

    def at(self, line: int, column: int, end_line: int, end_column: int) -> ast.expr | None:
        """Return the outermost expression that spans exactly this, as findings count."""
        for node in self._by_line.get(line, ()):
            if node.end_lineno == end_line and self.span(node) == (line, column, end_line, end_column):
                return node if self.is_sure(node) else None
        return None

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int, int, int]:
        """Return line, column, end line and end column, from 1, in characters."""
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
        characters = self._syntax.characters
        return (
            node.lineno,
            characters(node.lineno, node.col_offset) + 1,
            end_line,
            characters(end_line, end_column) + 1,
        )

    def text(self, node: ast.expr | ast.stmt) -> str:
        """Return a node's own text, without parentheses around it."""
        line, column, end_line, end_column = self.span(node)
        starts = self.source.starts
        return self.source.text[starts[line - 1] + column - 1 : starts[end_line - 1] + end_column - 1]

    def is_sure(self, node: ast.expr) -> bool:
        """Tell whether a node stands where its position says: within f-strings, Python 3.11 may be wrong."""
        text = self.text(node)
        if isinstance(node, ast.Starred):
            return text.startswith("*") and self.is_sure(node.value)
        try:
            found = ast.parse(f"(\n{text}\n)", mode="eval").body
        except (SyntaxError, ValueError):
            return self._syntax.is_newer
        return ast.dump(found) == ast.dump(node)

    def edit(self, node: ast.expr | ast.stmt, text: str) -> Edit:
        """Return the edit that replaces a node's text."""
        line, column, end_line, end_column = self.span(node)
        return Edit(path=self.path, line=line, column=column, end_line=end_line, end_column=end_column, text=text)

    def insertion(self, line: int, column: int, text: str) -> Edit:
        """Return the edit that inserts text."""
        return Edit(path=self.path, line=line, column=column, end_line=line, end_column=column, text=text)

    def has_comment(self, node: ast.expr) -> bool:
        """Tell whether a node may hold a comment, which replacing it would drop."""
        return node.lineno != node.end_lineno and "#" in self.text(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield what a node stands in, from the inside."""
        while node in self.parents:
            node = self.parents[node]
            yield node

    def function_of(self, node: ast.AST) -> FunctionNode | ast.Lambda | None:
        """Return the function whose body a node stands in: what stands in its decorators or defaults is around it."""
        inner = node
        for outer in self.ancestors(node):
            if isinstance(outer, SCOPES):
                body = outer.body if isinstance(outer.body, list) else [outer.body]
                if any(inner is part for part in body):
                    return outer
            inner = outer
        return None

    def statement_of(self, node: ast.AST) -> ast.stmt:
        """Return the statement that a node stands in."""
        return next(one for one in (node, *self.ancestors(node)) if isinstance(one, ast.stmt))

    def qualname_of(self, function: FunctionNode) -> str:
        """Return a function's qualified name."""
        return next(name for name, nodes in self.functions.items() if any(node is function for node in nodes))

    def is_in_string(self, node: ast.AST) -> bool:
        """Tell whether a node stands in an f-string."""
        return any(isinstance(outer, ast.JoinedStr | ast.FormattedValue) for outer in self.ancestors(node))

    def is_in_cleanup(self, node: ast.AST) -> bool:
        """Tell whether a node stands in a `finally` or a method that cleans up: no place for a durable operation (DUR504)."""
        inner = node
        for outer in self.ancestors(node):
            if isinstance(outer, ast.Try | ast.TryStar) and any(inner is part for part in outer.finalbody):
                return True
            if isinstance(outer, FunctionNode):
                return outer.name in ("__exit__", "__aexit__", "__del__")
            inner = outer
        return False

    def can_await(self, node: ast.AST) -> bool:
        """Tell whether `await` may stand where a node does."""
        function = self.function_of(node)
        if not isinstance(function, ast.AsyncFunctionDef):
            return False
        for outer in self.ancestors(node):
            if outer is function:
                return True
            if isinstance(outer, ast.GeneratorExp | ast.ListComp | ast.SetComp | ast.DictComp | ast.ClassDef):
                return False
        return False
