"""Lowers what opens a scope: functions, lambdas and classes, with their parameters and annotations."""

import re
from collections.abc import Sequence
from typing import Any

import libcst as cst

from . import ir
from .expressions import argument
from .literals import identifier
from .reader import LowerExpression, LowerStatement, Reader
from .scopes import Scope

_DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def _function(reader: Reader, node: cst.FunctionDef) -> ir.Stmt:
    decorators = _decorators(reader, node.decorators)
    start = reader.start()
    if node.asynchronous is not None:
        reader.take(5)
    reader.take(3)
    reader.take(len(node.name.value))
    name = identifier(node.name.value)
    reader.scope.bind(name)
    scope = Scope()
    _type_parameters(reader, node.type_parameters, scope)
    reader.take(1)
    parameters = _parameters(reader, node.params, scope)
    reader.take(1)
    returns = None
    if node.returns is not None:
        reader.take(2)
        returns = annotation(reader, node.returns.annotation)
    reader.take(1)
    at = reader.at(start)
    outer, reader.scope = reader.scope, scope
    body = _without_docstring(suite(reader, node.body))
    reader.scope = outer
    return ir.FunctionDef(
        _closed(name, parameters, returns, body, node.asynchronous is not None, scope, at), decorators, at
    )


def _lambda(reader: Reader, node: cst.Lambda) -> ir.Expr:
    start = reader.take(6)
    scope = Scope()
    parameters = _parameters(reader, node.params, scope)
    reader.take(1)
    header = reader.at(start)
    outer, reader.scope = reader.scope, scope
    value_start = reader.start()
    value = reader.expression(node.body)
    body: list[ir.Stmt] = [ir.Return(value, reader.at(value_start))]
    reader.scope = outer
    return ir.Lambda(_closed("<lambda>", parameters, None, body, False, scope, header), reader.at(start))


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


def _class(reader: Reader, node: cst.ClassDef) -> ir.Stmt:
    decorators = _decorators(reader, node.decorators)
    start = reader.take(5)
    reader.take(len(node.name.value))
    name = identifier(node.name.value)
    reader.scope.bind(name)
    scope = Scope()
    _type_parameters(reader, node.type_parameters, scope)
    bases: list[ir.Argument] = []
    if isinstance(node.lpar, cst.LeftParen):
        reader.take(1)
        bases = [argument(reader, base) for base in (*node.bases, *node.keywords)]
        reader.take(1)
    reader.take(1)
    at = reader.at(start)
    outer, reader.scope = reader.scope, scope
    body = _without_docstring(suite(reader, node.body))
    reader.scope = outer
    return ir.ClassDef(name, bases, decorators, body, scope.bound, at)


def _without_docstring(body: list[ir.Stmt]) -> list[ir.Stmt]:
    if not body:
        return body
    first = body[0]
    if isinstance(first, ir.ExprStatement) and _is_text(first.value):
        del body[0]
    return body


def _is_text(value: ir.Expr) -> bool:
    if isinstance(value, ir.Constant):
        return value.kind == "str"
    return (
        isinstance(value, ir.Operation)
        and value.kind == "format"
        and bool(value.operands)
        and all(isinstance(operand, ir.Constant) for operand in value.operands)
    )


def suite(reader: Reader, node: cst.BaseSuite) -> list[ir.Stmt]:
    """Lower the body of a compound statement, whose colon is taken."""
    if isinstance(node, cst.SimpleStatementSuite):
        return [reader.statement(statement) for statement in node.body]
    return statements(reader, node.body)


def statements(reader: Reader, nodes: Any) -> list[ir.Stmt]:
    """Lower the statements of a module or an indented block; those on one line stand in one node of libcst."""
    lowered = []
    for node in nodes:
        if isinstance(node, cst.SimpleStatementLine):
            for small in node.body:
                lowered.append(reader.statement(small))
        else:
            lowered.append(reader.statement(node))
    return lowered


def _decorators(reader: Reader, nodes: Sequence[cst.Decorator]) -> list[ir.Expr]:
    decorators = []
    for node in nodes:
        reader.take(1)
        decorators.append(reader.expression(node.decorator))
    return decorators


def _parameters(reader: Reader, node: cst.Parameters, scope: Scope) -> list[ir.Parameter]:
    parameters: list[ir.Parameter] = []
    _group(reader, node.posonly_params, "positional-only", scope, parameters)
    if isinstance(node.posonly_ind, cst.ParamSlash):
        reader.take(1)
        reader.take_comma()
    _group(reader, node.params, "positional", scope, parameters)
    if isinstance(node.star_arg, cst.Param):
        _group(reader, (node.star_arg,), "star", scope, parameters)
    elif isinstance(node.star_arg, cst.ParamStar):
        reader.take(1)
        reader.take_comma()
    _group(reader, node.kwonly_params, "keyword-only", scope, parameters)
    if node.star_kwarg is not None:
        _group(reader, (node.star_kwarg,), "double-star", scope, parameters)
    return parameters


def _group(reader: Reader, nodes: Sequence[cst.Param], kind: str, scope: Scope, parameters: list[ir.Parameter]) -> None:
    for node in nodes:
        if isinstance(node.star, str) and node.star:
            reader.take(len(node.star))
        start = reader.take(len(node.name.value))
        name = identifier(node.name.value)
        note = None
        if node.annotation is not None:
            reader.take(1)
            note = annotation(reader, node.annotation.annotation)
        at = reader.at(start)
        default = None
        if node.default is not None:
            reader.take(1)
            default = reader.expression(node.default)
        reader.take_comma()
        scope.bind(name)
        parameters.append(ir.Parameter(name, kind, note, default, at))


def _type_parameters(reader: Reader, node: cst.TypeParameters | None, scope: Scope) -> None:
    """Bind the type parameters of PEP 695; bounds and defaults are evaluated lazily, if ever, and dropped."""
    if node is None:
        return
    reader.take(1)
    for item in node.params:
        parameter = item.param
        if not isinstance(parameter, cst.TypeVar):
            reader.take(2 if isinstance(parameter, cst.ParamSpec) else 1)
        reader.take(len(parameter.name.value))
        scope.bind(identifier(parameter.name.value))
        if isinstance(parameter, cst.TypeVar) and parameter.bound is not None:
            reader.take(1)
            reader.expression(parameter.bound)
        if item.default is not None:
            reader.take(1)
            reader.take(len(item.star))
            reader.expression(item.default)
        reader.take_comma()
    reader.take(1)


def type_alias(reader: Reader, node: cst.TypeAlias) -> ir.Stmt:
    """Lower `type X[T] = value`."""
    start = reader.take(4)
    name_start = reader.take(len(node.name.value))
    name = identifier(node.name.value)
    target = ir.Name(name, reader.at(name_start))
    reader.scope.bind(name)
    _type_parameters(reader, node.type_parameters, Scope())
    reader.take(1)
    value = reader.expression(node.value)
    return ir.Assign([target], value, reader.at(start))


def annotation(reader: Reader, node: cst.BaseExpression) -> ir.Expr:
    """Lower an annotation; strings in it that stand for types are parsed."""
    return _unquoted(reader, reader.expression(node))


def _unquoted(reader: Reader, lowered: ir.Expr) -> ir.Expr:
    if isinstance(lowered, ir.Constant):
        if lowered.kind == "str" and isinstance(lowered.value, str):
            return reader.quoted(lowered.value, lowered.at)
    elif isinstance(lowered, ir.Subscript):
        name = lowered.base.name if isinstance(lowered.base, ir.Attribute) else getattr(lowered.base, "id", "")
        if name == "Annotated" and isinstance(lowered.index, ir.Display):
            lowered.index.items[0] = _unquoted(reader, lowered.index.items[0])
        elif name != "Literal":
            lowered.index = _unquoted(reader, lowered.index)
    elif isinstance(lowered, ir.Display):
        lowered.items = [_unquoted(reader, item) for item in lowered.items]
    elif isinstance(lowered, ir.Operation) and lowered.operator == "|":
        lowered.operands = [_unquoted(reader, operand) for operand in lowered.operands]
    return lowered


def dotted(text: str, at: ir.Position) -> ir.Expr | None:
    """The expression of a dotted name, every node at `at`; None for any other text."""
    if _DOTTED.fullmatch(text) is None:
        return None
    first, *rest = text.split(".")
    if first in ("None", "True", "False"):
        return None
    lowered: ir.Expr = ir.Name(identifier(first), at)
    for name in rest:
        lowered = ir.Attribute(lowered, identifier(name), at)
    return lowered


EXPRESSIONS: dict[type, LowerExpression] = {cst.Lambda: _lambda}
STATEMENTS: dict[type, LowerStatement] = {cst.FunctionDef: _function, cst.ClassDef: _class, cst.TypeAlias: type_alias}
