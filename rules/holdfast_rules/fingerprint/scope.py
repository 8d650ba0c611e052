"""Which names a module, class or function binds, and by which statements; read from its syntax tree without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
ScopeNode = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_MATCHING = (ast.MatchAs, ast.MatchStar, ast.MatchMapping)
TYPE_ALIAS = getattr(ast, "TypeAlias", None)
"""`type X = …` from Python 3.12 on."""


@dataclass(slots=True)
class Binding:
    """One statement that binds a name.

    Attributes:
        node: the definition, the import's alias or the statement; a parameter's `arg`.
        parts: for a statement: what counts of it (a `for` binds by its target and iterable, not by its body).
        around: conditions and headers of the statements that it stands in.
        source: the `from … import` statement of an alias, None for a plain import's.
    """

    node: ast.AST
    parts: tuple[ast.AST, ...] = ()
    around: tuple[ast.AST, ...] = ()
    source: ast.ImportFrom | None = None

    @property
    def is_import(self) -> bool:
        """Whether an import binds it."""
        return isinstance(self.node, ast.alias)

    @property
    def is_parameter(self) -> bool:
        """Whether the caller of a function gives it."""
        return isinstance(self.node, ast.arg)


@dataclass(slots=True, eq=False)
class Scope:
    """The names of one module, class or function.

    Attributes:
        node: its syntax tree.
        qualname: as Python's `__qualname__`; "" for a module.
        parent: the scope around it.
        bindings: name → the statements that bind it, in order.
        touches: name → module-level statements that change the object that it names (`RATES["x"] = 3`, `RATES.update(…)`).
        stars: the `from … import *` statements.
        outer: names that are declared `global` or `nonlocal`.
        walruses: whether the module has a `:=` at all, which may stand anywhere in an expression.
    """

    node: ScopeNode
    qualname: str
    parent: Scope | None
    walruses: bool = True
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    touches: dict[str, list[Binding]] = field(default_factory=dict)
    stars: list[ast.ImportFrom] = field(default_factory=list)
    outer: set[str] = field(default_factory=set)
    children: dict[int, Scope] = field(default_factory=dict)

    @property
    def is_class(self) -> bool:
        """Whether it is a class body, whose names nested functions do not see."""
        return isinstance(self.node, ast.ClassDef)

    def inner(self, node: ScopeNode) -> Scope:
        """Return the scope of a definition that stands in this one."""
        found = self.children.get(id(node))
        if found is None:
            between = ".<locals>." if isinstance(self.node, FunctionNode) else "." if self.qualname else ""
            name = getattr(node, "name", "")
            found = self.children[id(node)] = scope_of(
                node, f"{self.qualname}{between}{name}", self, walruses=self.walruses
            )
        return found

    def qualname_of(self, name: str) -> str:
        """Return the qualified name of a definition in this scope."""
        between = ".<locals>." if isinstance(self.node, FunctionNode) else "." if self.qualname else ""
        return f"{self.qualname}{between}{name}"


def scope_of(node: ScopeNode, qualname: str = "", parent: Scope | None = None, *, walruses: bool = True) -> Scope:
    """Return the scope of a module, class or function."""
    scope = Scope(node, qualname, parent, walruses)
    if isinstance(node, FunctionNode):
        for parameter in parameters(node.args):
            scope.bindings[parameter.arg] = [Binding(parameter)]
    _Gathering(scope).gather(node.body)
    for name in scope.outer:
        scope.bindings.pop(name, None)
    return scope


def parameters(arguments: ast.arguments) -> Iterator[ast.arg]:
    """Yield every parameter of a function."""
    yield from arguments.posonlyargs
    yield from arguments.args
    if arguments.vararg is not None:
        yield arguments.vararg
    yield from arguments.kwonlyargs
    if arguments.kwarg is not None:
        yield arguments.kwarg


def names_bound(target: ast.AST) -> Iterator[str]:
    """Yield the names that an assignment's target, or a comprehension's, binds."""
    pending = [target]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Tuple | ast.List):
            pending += reversed(node.elts)
        elif isinstance(node, ast.Starred):
            pending.append(node.value)


def root_of(node: ast.AST) -> str:
    """Return the name at the root of `name.a[0].b(…)`, or ""."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


class _Gathering:
    """Collects what the statements of one body bind; nested definitions are not entered."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.pending: list[tuple[ast.AST, tuple[ast.AST, ...]]] = []

    def gather(self, body: Iterable[ast.stmt]) -> None:
        self.into((body,), ())
        while self.pending:
            node, around = self.pending.pop()
            self.statement(node, around)

    def bind(self, name: str, binding: Binding) -> None:
        self.scope.bindings.setdefault(name, []).append(binding)

    def into(self, bodies: Iterable[Iterable[ast.AST]], around: tuple[ast.AST, ...]) -> None:
        """Go on with nested statements, in their order."""
        nested = [(statement, around) for body in bodies for statement in body]
        self.pending += reversed(nested)

    def statement(self, node: ast.AST, around: tuple[ast.AST, ...]) -> None:
        if isinstance(node, DEFINITIONS):
            self.bind(node.name, Binding(node, around=around))
        elif isinstance(node, ast.Import | ast.ImportFrom):
            self.imports(node)
        elif isinstance(node, ast.Global | ast.Nonlocal):
            self.scope.outer.update(node.names)
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete | ast.Expr):
            self.simple(node, around)
        elif TYPE_ALIAS is not None and isinstance(node, TYPE_ALIAS):
            self.targets([node.name], Binding(node, (node,), around))
        elif isinstance(node, ast.If | ast.While):
            self.walruses(node.test, around)
            self.into((node.body, node.orelse), (*around, node.test))
        elif isinstance(node, ast.For | ast.AsyncFor):
            self.targets([node.target], Binding(node, (node.target, node.iter), around))
            self.into((node.body, node.orelse), (*around, node.target, node.iter))
        elif isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                if item.optional_vars is not None:
                    self.targets([item.optional_vars], Binding(node, (item.context_expr, item.optional_vars), around))
            self.into((node.body,), (*around, *(item.context_expr for item in node.items)))
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            self.tried(node, around)
        elif isinstance(node, ast.Match):
            self.matched(node, around)
        else:
            self.walruses(node, around)

    def imports(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            if alias.name == "*" and isinstance(node, ast.ImportFrom):
                self.scope.stars.append(node)
            elif isinstance(node, ast.ImportFrom):
                self.bind(alias.asname or alias.name, Binding(alias, source=node))
            else:
                self.bind(alias.asname or alias.name.partition(".")[0], Binding(alias))

    def simple(
        self, node: ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Delete | ast.Expr, around: tuple[ast.AST, ...]
    ) -> None:
        binding = Binding(node, (node,), around)
        if isinstance(node, ast.Assign):
            self.targets(node.targets, binding)
        elif isinstance(node, ast.AnnAssign | ast.AugAssign):
            if isinstance(node, ast.AugAssign) or node.value is not None or self.scope.is_class:
                self.targets([node.target], binding)
        elif isinstance(node, ast.Delete):
            self.touch(node.targets, binding)
        elif isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Attribute):
            self.touch([node.value.func], binding)
        self.walruses(node, around)

    def targets(self, targets: Iterable[ast.AST], binding: Binding) -> None:
        for target in targets:
            for name in names_bound(target):
                self.bind(name, binding)
            self.touch([target], binding)

    def touch(self, targets: Iterable[ast.AST], binding: Binding) -> None:
        for target in targets:
            if isinstance(target, ast.Attribute | ast.Subscript) and (root := root_of(target)):
                self.scope.touches.setdefault(root, []).append(binding)

    def walruses(self, node: ast.AST, around: tuple[ast.AST, ...]) -> None:
        """Bind the targets of `:=`, which a comprehension's belong to the function around it, too."""
        pending = [node] if self.scope.walruses else []
        while pending:
            found = pending.pop()
            if isinstance(found, ast.NamedExpr):
                self.bind(found.target.id, Binding(node, (node,), around))
            if not isinstance(found, ast.Lambda):
                pending += ast.iter_child_nodes(found)

    def tried(self, node: ast.AST, around: tuple[ast.AST, ...]) -> None:
        assert isinstance(node, ast.Try | ast.TryStar)
        for handler in node.handlers:
            if handler.name:
                self.bind(handler.name, Binding(handler, tuple(filter(None, (handler.type,))), around))
        self.into((node.body, *(handler.body for handler in node.handlers), node.orelse, node.finalbody), around)

    def matched(self, node: ast.Match, around: tuple[ast.AST, ...]) -> None:
        for case in node.cases:
            for pattern in ast.walk(case.pattern):
                if isinstance(pattern, _MATCHING):
                    name = pattern.rest if isinstance(pattern, ast.MatchMapping) else pattern.name
                    if name:
                        self.bind(name, Binding(node, (node.subject, case.pattern), around))
        self.into((case.body for case in node.cases), (*around, node.subject))
