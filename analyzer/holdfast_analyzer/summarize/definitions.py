"""Lowers what opens a scope: functions, lambdas and classes, with their parameters and annotations."""

import ast
import re
import unicodedata

from . import ir
from .expressions import arguments
from .lowering import LowerExpression, Lowering, LowerStatement
from .scopes import Scope

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def _function(lowering: Lowering, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ir.Stmt:
    decorators = [lowering.expression(decorator) for decorator in node.decorator_list]
    lowering.scope.bind(node.name)
    scope = Scope()
    _type_parameters(node, scope)
    parameters, last = _parameters(lowering, node.args, scope)
    returns = None
    if node.returns is not None:
        returns = annotation(lowering, node.returns)
        last = node.returns
    at = lowering.header(node, last or _last_type_parameter(node))
    outer, lowering.scope = lowering.scope, scope
    body = _without_docstring(lowering, node.body)
    lowering.scope = outer
    is_async = node.__class__ is ast.AsyncFunctionDef
    return ir.FunctionDef(_closed(node.name, parameters, returns, body, is_async, scope, at), decorators, at)


def _lambda(lowering: Lowering, node: ast.Lambda) -> ir.Expr:
    scope = Scope()
    parameters, last = _parameters(lowering, node.args, scope)
    header = lowering.header(node, last)
    outer, lowering.scope = lowering.scope, scope
    value = lowering.deeper(node.body)
    lowering.scope = outer
    at = lowering.at(node)
    body: list[ir.Stmt] = [ir.Return(value, lowering.rest(header, at))]
    return ir.Lambda(_closed("<lambda>", parameters, None, body, False, scope, header), at)


def _closed(
    name: str,
    parameters: list[ir.Parameter],
    returns: ir.Expr | None,
    body: list[ir.Stmt],
    is_async: bool,
    scope: Scope,
    at: ir.Position,
) -> ir.FunctionBody:
    return ir.FunctionBody(
        name,
        parameters,
        returns,
        body,
        is_async,
        scope.is_generator,
        scope.bound,
        scope.global_names,
        scope.nonlocal_names,
        at,
    )


def _class(lowering: Lowering, node: ast.ClassDef) -> ir.Stmt:
    decorators = [lowering.expression(decorator) for decorator in node.decorator_list]
    lowering.scope.bind(node.name)
    scope = Scope()
    _type_parameters(node, scope)
    bases = arguments(lowering, node.bases, node.keywords)
    last: list[ast.expr | ast.keyword] = [*node.bases[-1:], *node.keywords[-1:]]
    last.sort(key=lambda item: (item.lineno, item.col_offset))
    at = lowering.header(node, last[-1] if last else _last_type_parameter(node))
    outer, lowering.scope = lowering.scope, scope
    body = _without_docstring(lowering, node.body)
    lowering.scope = outer
    return ir.ClassDef(node.name, bases, decorators, body, scope.bound, at)


def _without_docstring(lowering: Lowering, nodes: list[ast.stmt]) -> list[ir.Stmt]:
    first = nodes[0]
    if isinstance(first, ast.Expr):
        value = first.value
        if isinstance(value, ast.Constant) and value.value.__class__ is str:
            return lowering.block(nodes[1:])
    return lowering.block(nodes)


def _parameters(
    lowering: Lowering, node: ast.arguments, scope: Scope
) -> tuple[list[ir.Parameter], ast.arg | ast.expr | None]:
    """The parameters in order, and the last node of them."""
    parameters: list[ir.Parameter] = []
    last: ast.arg | ast.expr | None = None
    plain = len(node.posonlyargs) + len(node.args)
    defaults: list[ast.expr | None] = [None] * (plain - len(node.defaults))
    defaults += node.defaults
    position = 0
    for kind, nodes in (("positional-only", node.posonlyargs), ("positional", node.args)):
        for parameter in nodes:
            last = defaults[position] or parameter
            parameters.append(_parameter(lowering, parameter, kind, defaults[position], scope))
            position += 1
    if node.vararg is not None:
        last = node.vararg
        parameters.append(_parameter(lowering, last, "star", None, scope))
    for parameter, default in zip(node.kwonlyargs, node.kw_defaults, strict=True):
        last = default or parameter
        parameters.append(_parameter(lowering, parameter, "keyword-only", default, scope))
    if node.kwarg is not None:
        last = node.kwarg
        parameters.append(_parameter(lowering, last, "double-star", None, scope))
    return parameters, last


def _parameter(lowering: Lowering, node: ast.arg, kind: str, default: ast.expr | None, scope: Scope) -> ir.Parameter:
    note = annotation(lowering, node.annotation) if node.annotation is not None else None
    value = lowering.expression(default) if default is not None else None
    scope.bind(node.arg)
    return ir.Parameter(node.arg, kind, note, value, lowering.at(node))


def _type_parameters(node: ast.stmt, scope: Scope) -> None:
    """Bind the type parameters of PEP 695; bounds and defaults are evaluated lazily, if ever, and dropped."""
    for parameter in getattr(node, "type_params", ()):
        scope.bind(parameter.name)


def _last_type_parameter(node: ast.stmt) -> ast.AST | None:
    parameters: list[ast.AST] = getattr(node, "type_params", [])
    return parameters[-1] if parameters else None


def _type_alias(lowering: Lowering, node: ast.stmt) -> ir.Stmt:
    """Lower `type X[T] = value`."""
    name: ast.Name = node.name  # type: ignore[attr-defined]
    lowering.scope.bind(name.id)
    target = lowering.expression(name)
    return ir.Assign([target], lowering.expression(node.value), lowering.at(node))  # type: ignore[attr-defined]


def annotation(lowering: Lowering, node: ast.expr) -> ir.Expr:
    """Lower an annotation; strings in it that stand for types are parsed."""
    if node.__class__ is ast.Name:
        return lowering.expression(node)
    return _unquoted(lowering, lowering.expression(node))


def _unquoted(lowering: Lowering, lowered: ir.Expr) -> ir.Expr:
    if isinstance(lowered, ir.Constant):
        if lowered.kind == "str" and isinstance(lowered.value, str):
            return lowering.quoted(lowered.value, lowered.at)
    elif isinstance(lowered, ir.Subscript):
        name = lowered.base.name if isinstance(lowered.base, ir.Attribute) else getattr(lowered.base, "id", "")
        if name == "Annotated" and isinstance(lowered.index, ir.Display):
            lowered.index.items[0] = _unquoted(lowering, lowered.index.items[0])
        elif name != "Literal":
            lowered.index = _unquoted(lowering, lowered.index)
    elif isinstance(lowered, ir.Display):
        lowered.items = [_unquoted(lowering, item) for item in lowered.items]
    elif isinstance(lowered, ir.Operation) and lowered.operator == "|":
        lowered.operands = [_unquoted(lowering, operand) for operand in lowered.operands]
    return lowered


def dotted(text: str, at: ir.Position) -> ir.Expr | None:
    """The expression of a dotted name, every node at `at`; None for any other text."""
    if _DOTTED.fullmatch(text) is None:
        return None
    first, *rest = text.split(".")
    if first in ("None", "True", "False"):
        return None
    lowered: ir.Expr = ir.Name(_identifier(first), at)
    for name in rest:
        lowered = ir.Attribute(lowered, _identifier(name), at)
    return lowered


def _identifier(text: str) -> str:
    """The name that an identifier as written stands for: Python compares them in the form NFKC."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


EXPRESSIONS: dict[type, LowerExpression] = {ast.Lambda: _lambda}
STATEMENTS: dict[type, LowerStatement] = {
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    # PEP 695: Python 3.12.
    **({ast.TypeAlias: _type_alias} if hasattr(ast, "TypeAlias") else {}),
}
