"""First pass: every statement of a file, once, in order; expressions are left to the second pass."""

import ast
from ast import (
    AnnAssign,
    Assign,
    AsyncFor,
    AsyncFunctionDef,
    AsyncWith,
    Attribute,
    AugAssign,
    Call,
    ClassDef,
    Constant,
    Delete,
    Expr,
    For,
    FunctionDef,
    Global,
    If,
    Import,
    ImportFrom,
    List,
    Match,
    Name,
    Nonlocal,
    Starred,
    Subscript,
    Try,
    Tuple,
    While,
    With,
)
from collections.abc import Callable
from typing import Any

from holdfast_analyzer.outline.exports import Exports
from holdfast_analyzer.outline.names import annotation_names, called, dotted, true_keywords
from holdfast_analyzer.outline.scope import CLOSURE, MODULE, Scope
from holdfast_analyzer.outline.shape import (
    ClassOutline,
    FunctionOutline,
    ImportOutline,
    Region,
    SelfAssignment,
)
from holdfast_analyzer.syntax.parse import SyntaxTree

_IMPLICIT_CLASS_METHODS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})
_TYPE_CHECKING = frozenset({"TYPE_CHECKING", "typing.TYPE_CHECKING", "t.TYPE_CHECKING"})


class Statements:
    """What one walk over the statements of a file finds.

    Attributes:
        tree: the file.
        module: the module's scope.
        imports, stars, functions, classes, bindings, effects_at_import: as in `shape.Outline`.
        exports: what `__all__` says.
        leaves: (first line, node, scope) of every statement that holds expressions, in order; a compound statement
            stands for its header.
        case_owners: the `match` of each `case` in `leaves`.
        stores: (scope, target) of what is stored to or deleted and is no bare name.
        rebound: (function's scope, name, node) of each binding of a name declared `global`.
        imported_modules: every module that an import statement names, in functions too.
        definitions: the names of all functions, classes and imports, in any scope.
        imported_names: every name that an import statement binds, in functions too.
        global_names: all names declared `global` anywhere.
        class_parameters: the first parameters of class methods (`cls`).
    """

    def __init__(self, tree: SyntaxTree) -> None:
        self.tree = tree
        self.module = Scope()
        self.imports: list[ImportOutline] = []
        self.stars: list[tuple[str, int]] = []
        self.functions: dict[str, FunctionOutline] = {}
        self.classes: dict[str, ClassOutline] = {}
        self.bindings: dict[str, list[Region]] = {}
        self.effects_at_import: list[tuple[str, Region]] = []
        self.exports = Exports()
        self.leaves: list[tuple[int, ast.AST, Scope]] = []
        self.case_owners: dict[ast.AST, Match] = {}
        self.stores: list[tuple[Scope, Attribute | Subscript]] = []
        self.rebound: list[tuple[Scope, str, ast.AST]] = []
        self.imported_modules: set[str] = set()
        self.definitions: set[str] = set()
        self.imported_names: set[str] = set()
        self.global_names: set[str] = set()
        self.class_parameters: set[str] = set()
        self._typing_only = False
        self._main_only = False
        self._block(tree.module.body, self.module)

    def column(self, node: ast.AST) -> int:
        """The column of a node's first character, from 0; `ast` itself counts the bytes of UTF-8."""
        return self.tree.characters(node.lineno, node.col_offset)  # type: ignore[attr-defined]

    def region(self, node: ast.AST) -> Region:
        """The whole lines of a statement, with its decorators."""
        line: int = node.lineno  # type: ignore[attr-defined]
        decorators = getattr(node, "decorator_list", None)
        if decorators:
            line = decorators[0].lineno
        return Region(line, node.end_lineno, self.column(node))  # type: ignore[attr-defined]

    def _block(self, statements: list[ast.stmt], scope: Scope) -> None:
        leaves = self.leaves
        for node in statements:
            kind = node.__class__
            if kind is Expr:
                leaves.append((node.lineno, node, scope))
                if scope.parent is None:
                    self._expression(node)  # type: ignore[arg-type]
            elif kind is Assign:
                leaves.append((node.lineno, node, scope))
                for target in node.targets:  # type: ignore[attr-defined]
                    self._target(target, scope, node)
            elif kind is FunctionDef or kind is AsyncFunctionDef:
                self._function(node, scope)  # type: ignore[arg-type]
            else:
                handler = _HANDLERS.get(kind)
                if handler is None:
                    leaves.append((node.lineno, node, scope))
                else:
                    handler(self, node, scope)

    def _expression(self, node: Expr) -> None:
        value = node.value
        if isinstance(value, Call):
            self.exports.call(value)
            if not self._main_only:
                self.effects_at_import.append((dotted(value.func), self.region(node)))

    # Bindings

    def bind(self, name: str, scope: Scope, node: ast.AST) -> None:
        """Note that a statement binds a bare name."""
        if scope.declared is not None and name in scope.declared:
            if scope.declared[name] == MODULE and scope.function:
                self.rebound.append((scope, name, node))
            return
        scope.bound.add(name)
        if scope.parent is None:
            self.bindings.setdefault(name, []).append(self.region(node))
        elif scope.klass is not None:
            scope.klass.attributes.setdefault(name, []).append(self.region(node))

    def _define(self, name: str, scope: Scope, node: ast.stmt) -> None:
        if scope.declared is not None and name in scope.declared:
            if scope.declared[name] == MODULE and scope.function:
                self.rebound.append((scope, name, node))
            return
        scope.bound.add(name)
        scope.definitions.add(name)
        self.definitions.add(name)

    def _target(self, target: ast.expr, scope: Scope, node: ast.stmt) -> None:
        kind = target.__class__
        if kind is Name:
            name: str = target.id  # type: ignore[attr-defined]
            if scope.function and scope.declared is None:
                scope.bound.add(name)
            else:
                self.bind(name, scope, node)
                if name == "__all__" and scope.parent is None:
                    self.exports.assign(node)
        elif kind is Attribute:
            if scope.function:
                self.stores.append((scope, target))  # type: ignore[arg-type]
                base = target.value  # type: ignore[attr-defined]
                if scope.first_parameter and base.__class__ is Name and base.id == scope.first_parameter:
                    self._self_assignment(target.attr, scope, node)  # type: ignore[attr-defined]
        elif kind is Subscript:
            if scope.function:
                self.stores.append((scope, target))  # type: ignore[arg-type]
        elif kind is Tuple or kind is List:
            for item in target.elts:  # type: ignore[attr-defined]
                self._target(item, scope, node)
        elif kind is Starred:
            self._target(target.value, scope, node)  # type: ignore[attr-defined]

    def _self_assignment(self, name: str, scope: Scope, node: ast.stmt) -> None:
        if scope.owner is not None and node.__class__ not in (AugAssign, Delete):
            found = scope.owner.self_assignments.setdefault(name, [])
            found.append(SelfAssignment(scope.qualname, self.region(node)))

    # Definitions

    def _qualname(self, name: str, scope: Scope) -> str:
        qualname = first = scope.prefix + name
        count = 1
        while qualname in self.functions or qualname in self.classes:
            count += 1
            qualname = f"{first}#{count}"
        return qualname

    def _function(self, node: FunctionDef | AsyncFunctionDef, scope: Scope) -> None:
        decorators = node.decorator_list
        region = self.region(node)
        self.leaves.append((region.line, node, scope))
        qualname = self._qualname(node.name, scope)
        names = [called(decorator) for decorator in decorators]
        outline = FunctionOutline(
            qualname,
            scope.qualname,
            node.lineno,
            region.column + 1,
            region,
            names,
            [true_keywords(decorator) for decorator in decorators],
            [],
            node.__class__ is AsyncFunctionDef,
            False,
        )
        self.functions[qualname] = outline
        self._define(node.name, scope, node)
        inner = Scope(scope, qualname, function=outline)
        arguments = node.args
        parameters = arguments.posonlyargs + arguments.args + arguments.kwonlyargs
        if arguments.vararg:
            parameters.append(arguments.vararg)
        if arguments.kwarg:
            parameters.append(arguments.kwarg)
        for parameter in parameters:
            inner.bound.add(parameter.arg)
            annotation = parameter.annotation
            if annotation is not None:
                if annotation.__class__ is Name:
                    if annotation.id not in outline.annotations:
                        outline.annotations.append(annotation.id)
                else:
                    annotation_names(annotation, outline.annotations)
        if scope.klass is not None:
            scope.klass.methods.setdefault(node.name, []).append(qualname)
            inner.owner = scope.klass
            if parameters and (arguments.posonlyargs or arguments.args) and "staticmethod" not in names:
                inner.first_parameter = parameters[0].arg
                if "classmethod" in names or node.name in _IMPLICIT_CLASS_METHODS:
                    inner.is_classmethod = True
                    self.class_parameters.add(inner.first_parameter)
        self._block(node.body, inner)

    def _class(self, node: ClassDef, scope: Scope) -> None:
        region = self.region(node)
        self.leaves.append((region.line, node, scope))
        qualname = self._qualname(node.name, scope)
        outline = ClassOutline(
            qualname,
            scope.qualname,
            node.lineno,
            region.column + 1,
            region,
            [dotted(base.value) if isinstance(base, Subscript) else dotted(base) for base in node.bases],
            [keyword.arg for keyword in node.keywords if keyword.arg is not None],
            [called(decorator) for decorator in node.decorator_list],
            [true_keywords(decorator) for decorator in node.decorator_list],
            {},
            {},
            {},
        )
        self.classes[qualname] = outline
        self._define(node.name, scope, node)
        self._block(node.body, Scope(scope, qualname, klass=outline))

    # The other statements

    def _annotated(self, node: AnnAssign, scope: Scope) -> None:
        self.leaves.append((node.lineno, node, scope))
        self._target(node.target, scope, node)

    def _augmented(self, node: AugAssign, scope: Scope) -> None:
        self.leaves.append((node.lineno, node, scope))
        self._target(node.target, scope, node)

    def _delete(self, node: Delete, scope: Scope) -> None:
        self.leaves.append((node.lineno, node, scope))
        for target in node.targets:
            if isinstance(target, Name):
                # `del x` makes x a local of a function, but binds nothing in a module or a class.
                if scope.function:
                    self.bind(target.id, scope, node)
            else:
                self._target(target, scope, node)

    def _if(self, node: If, scope: Scope) -> None:
        typing_only, main_only = self._typing_only, self._main_only
        branch: If | None = node
        # A chain of `elif` is a chain of nested nodes: a loop, lest a long one meet the recursion limit.
        while branch is not None:
            self.leaves.append((branch.lineno, branch, scope))
            test = branch.test
            negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
            typing = dotted(test.operand if isinstance(test, ast.UnaryOp) else test) in _TYPE_CHECKING
            self._typing_only = typing_only or (typing and not negated)
            self._main_only = main_only or _is_main_guard(test)
            self._block(branch.body, scope)
            self._typing_only, self._main_only = typing_only or (typing and negated), main_only
            orelse = branch.orelse
            following = orelse[0] if len(orelse) == 1 else None
            branch = following if isinstance(following, If) else None
            if branch is None:
                self._block(orelse, scope)
        self._typing_only = typing_only

    def _while(self, node: While, scope: Scope) -> None:
        self.leaves.append((node.lineno, node, scope))
        self._block(node.body, scope)
        self._block(node.orelse, scope)

    def _for(self, node: For | AsyncFor, scope: Scope) -> None:
        self.leaves.append((node.lineno, node, scope))
        self._target(node.target, scope, node)
        self._block(node.body, scope)
        self._block(node.orelse, scope)

    def _with(self, node: With | AsyncWith, scope: Scope) -> None:
        self.leaves.append((node.lineno, node, scope))
        for item in node.items:
            if item.optional_vars is not None:
                self._target(item.optional_vars, scope, node)
        self._block(node.body, scope)

    def _try(self, node: Try, scope: Scope) -> None:
        self._block(node.body, scope)
        for handler in node.handlers:
            if handler.name and scope.function:
                self.bind(handler.name, scope, node)
            self._block(handler.body, scope)
        self._block(node.orelse, scope)
        self._block(node.finalbody, scope)

    def _match(self, node: Match, scope: Scope) -> None:
        self.leaves.append((node.lineno, node, scope))
        for case in node.cases:
            self.leaves.append((case.pattern.lineno, case, scope))
            self.case_owners[case] = node
            for pattern in ast.walk(case.pattern):
                name = getattr(pattern, "rest" if isinstance(pattern, ast.MatchMapping) else "name", None)
                if name:
                    self.bind(name, scope, node)
            self._block(case.body, scope)

    def _import(self, node: Import, scope: Scope) -> None:
        for alias in node.names:
            bound = alias.asname or alias.name.partition(".")[0]
            self.imported_modules.add(alias.name)
            if scope.parent is None:
                module = alias.name if alias.asname else bound
                submodule = alias.name if not alias.asname and "." in alias.name else ""
                self.imports.append(
                    ImportOutline(bound, module, "", 0, submodule, node.lineno, self._typing_only),
                )
            self._define(bound, scope, node)
            scope.imported.add(bound)
            self.imported_names.add(bound)

    def _import_from(self, node: ImportFrom, scope: Scope) -> None:
        module = node.module or ""
        self.imported_modules.add(module)
        for alias in node.names:
            if alias.name == "*":
                self.stars.append((module, node.level))
                continue
            bound = alias.asname or alias.name
            if scope.parent is None:
                self.imports.append(
                    ImportOutline(bound, module, alias.name, node.level, "", node.lineno, self._typing_only),
                )
            self._define(bound, scope, node)
            scope.imported.add(bound)
            self.imported_names.add(bound)

    def _global(self, node: Global | Nonlocal, scope: Scope) -> None:
        place = MODULE if isinstance(node, Global) else CLOSURE
        if scope.parent is None:
            return
        scope.declared = {**(scope.declared or {}), **dict.fromkeys(node.names, place)}
        if place == MODULE:
            self.global_names.update(node.names)

    def _type_alias(self, node: ast.stmt, scope: Scope) -> None:
        self.leaves.append((node.lineno, node, scope))
        self._target(node.name, scope, node)  # type: ignore[attr-defined]


def _is_main_guard(test: ast.expr) -> bool:
    return (
        isinstance(test, ast.Compare)
        and dotted(test.left) == "__name__"
        and isinstance(test.ops[0], ast.Eq)
        and isinstance(test.comparators[0], Constant)
        and test.comparators[0].value == "__main__"
    )


_HANDLERS: dict[type[ast.AST], Callable[[Statements, Any, Scope], None]] = {
    AnnAssign: Statements._annotated,
    AsyncFor: Statements._for,
    AsyncWith: Statements._with,
    AugAssign: Statements._augmented,
    ClassDef: Statements._class,
    Delete: Statements._delete,
    For: Statements._for,
    Global: Statements._global,
    If: Statements._if,
    Import: Statements._import,
    ImportFrom: Statements._import_from,
    Match: Statements._match,
    Nonlocal: Statements._global,
    Try: Statements._try,
    ast.TryStar: Statements._try,
    While: Statements._while,
    With: Statements._with,
    # PEP 695: Python 3.12.
    **({ast.TypeAlias: Statements._type_alias} if hasattr(ast, "TypeAlias") else {}),
}
