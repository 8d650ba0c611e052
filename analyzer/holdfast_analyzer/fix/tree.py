"""A file's text and syntax tree, with what a fix asks of them: parents, functions, bindings."""

import ast
from collections.abc import Iterator

from holdfast_analyzer.source import SourceText
from holdfast_analyzer.syntax.parse import SyntaxTree, parse_source
from holdfast_rules.fixes import Edit

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


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
        pending: list[tuple[ast.AST, str]] = [(top, scope)]
        while pending:
            node, scope = pending.pop()
            self._bind(node)
            inner = scope
            if isinstance(node, FunctionNode | ast.ClassDef):
                qualname = f"{scope}{node.name}"
                if isinstance(node, ast.ClassDef):
                    inner = f"{qualname}."
                else:
                    self.functions.setdefault(qualname, []).append(node)
                    inner = f"{qualname}.<locals>."
            for child in ast.iter_child_nodes(node):
                self.parents[child] = node
                pending.append((child, inner))

    def _bind(self, node: ast.AST) -> None:
        names: list[str | None] = []
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                self.reads.add(node.id)
            else:
                names = [node.id]
        elif isinstance(node, FunctionNode | ast.ClassDef | ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
            names = [node.name]
        elif isinstance(node, ast.arg):
            names = [node.arg]
        elif isinstance(node, ast.alias):
            names = [node.asname or node.name.partition(".")[0]]
        elif isinstance(node, ast.Global | ast.Nonlocal):
            names = [*node.names]
        elif isinstance(node, ast.MatchMapping):
            names = [node.rest]
        elif type(node).__name__ in ("TypeVar", "ParamSpec", "TypeVarTuple"):
            names = [getattr(node, "name", None)]
        for name in names:
            if name is not None:
                self.bindings.setdefault(name, []).append(node)

    def is_builtin(self, name: str) -> bool:
        """Tell whether a name means the builtin of that name everywhere in the file."""
        stars = any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for node in self.module.body)
        return name not in self.bindings and not stars

    def at(self, line: int, column: int, end_line: int, end_column: int) -> ast.expr | None:
        """Return the outermost expression that spans exactly this, as findings count."""
        for node in ast.walk(self.module):
            if not isinstance(node, ast.expr) or node.lineno != line or node.end_lineno != end_line:
                continue
            if self.span(node) == (line, column, end_line, end_column):
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
