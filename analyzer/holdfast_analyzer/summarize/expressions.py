"""Lowers operators, calls, attributes, subscripts, displays and comprehensions."""

import ast
from typing import Any

from . import ir
from .depth import LONGEST_CHAIN, TooDeep
from .lowering import LowerExpression, Lowering, LowerRest

_UNARY = {ast.Not: "not", ast.USub: "-", ast.UAdd: "+", ast.Invert: "~"}
BINARY: dict[type[ast.operator], str] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitOr: "|",
    ast.BitAnd: "&",
    ast.BitXor: "^",
    ast.MatMult: "@",
}
_COMPARE = {
    ast.Lt: "<",
    ast.Gt: ">",
    ast.Eq: "==",
    ast.LtE: "<=",
    ast.GtE: ">=",
    ast.NotEq: "!=",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Is: "is",
    ast.IsNot: "is not",
}


def _call(lowering: Lowering, node: ast.Call, function: ir.Expr) -> ir.Expr:
    return ir.Call(function, arguments(lowering, node.args, node.keywords), lowering.at(node))


def arguments(lowering: Lowering, values: list[ast.expr], keywords: list[ast.keyword]) -> list[ir.Argument]:
    """Lower the arguments of a call, or the bases and keywords of a class, in source order."""
    expression = lowering.expression
    if not keywords:
        return [
            ir.Argument(expression(value.value), "", 1)
            if value.__class__ is ast.Starred
            else ir.Argument(expression(value), "", 0)
            for value in values
        ]
    nodes: list[Any] = [*values, *keywords]
    if values and _start(values[-1]) > _start(keywords[0]):
        nodes.sort(key=_start)  # `f(a=1, *b)`
    lowered = []
    for node in nodes:
        if node.__class__ is ast.keyword:
            lowered.append(ir.Argument(expression(node.value), node.arg or "", 0 if node.arg else 2))
        elif node.__class__ is ast.Starred:
            lowered.append(ir.Argument(expression(node.value), "", 1))
        else:
            lowered.append(ir.Argument(expression(node), "", 0))
    return lowered


def _start(node: ast.expr | ast.keyword) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _subscript(lowering: Lowering, node: ast.Subscript, base: ir.Expr) -> ir.Expr:
    return ir.Subscript(base, lowering.expression(node.slice), lowering.at(node))


def _slice(lowering: Lowering, node: ast.Slice) -> ir.Expr:
    bounds = [lowering.expression(bound) for bound in (node.lower, node.upper, node.step) if bound is not None]
    return ir.Display("tuple", bounds, lowering.at(node))


def _binary(lowering: Lowering, node: ast.BinOp, left: ir.Expr) -> ir.Expr:
    right = lowering.deeper(node.right)
    return ir.Operation("binary", BINARY[node.op.__class__], [left, right], lowering.at(node))


def _boolean(lowering: Lowering, node: ast.BoolOp) -> ir.Expr:
    operator = "and" if node.op.__class__ is ast.And else "or"
    return ir.Operation("bool", operator, _operands(lowering, node, node.values), lowering.at(node))


def _comparison(lowering: Lowering, node: ast.Compare) -> ir.Expr:
    operators = " ".join([_COMPARE[operator.__class__] for operator in node.ops])
    operands = _operands(lowering, node, [node.left, *node.comparators])
    return ir.Operation("compare", operators, operands, lowering.at(node))


def _operands(lowering: Lowering, node: ast.expr, operands: list[ast.expr]) -> list[ir.Expr]:
    if len(operands) > LONGEST_CHAIN:
        raise TooDeep.chained(lowering.tree.source.path, node.lineno, len(operands))
    return [lowering.expression(operand) for operand in operands]


def _unary(lowering: Lowering, node: ast.UnaryOp) -> ir.Expr:
    return ir.Operation("unary", _UNARY[node.op.__class__], [lowering.deeper(node.operand)], lowering.at(node))


def _conditional(lowering: Lowering, node: ast.IfExp) -> ir.Expr:
    body = lowering.deeper(node.body)
    test = lowering.expression(node.test)
    return ir.Conditional(test, body, lowering.deeper(node.orelse), lowering.at(node))


def _await(lowering: Lowering, node: ast.Await) -> ir.Expr:
    return ir.Await(lowering.deeper(node.value), lowering.at(node))


def _yield(lowering: Lowering, node: ast.Yield) -> ir.Expr:
    lowering.scope.is_generator = True
    value = lowering.expression(node.value) if node.value is not None else None
    return ir.Yield(value, False, lowering.at(node))


def _yield_from(lowering: Lowering, node: ast.YieldFrom) -> ir.Expr:
    lowering.scope.is_generator = True
    return ir.Yield(lowering.expression(node.value), True, lowering.at(node))


def _walrus(lowering: Lowering, node: ast.NamedExpr) -> ir.Expr:
    value = lowering.expression(node.value)
    lowering.scope.bind(node.target.id)
    return ir.Walrus(node.target.id, value, lowering.at(node))


def _starred(lowering: Lowering, node: ast.Starred) -> ir.Expr:
    return ir.Starred(lowering.expression(node.value), lowering.at(node))


def _tuple(lowering: Lowering, node: ast.Tuple) -> ir.Expr:
    return ir.Display("tuple", [lowering.expression(item) for item in node.elts], lowering.at(node))


def _list(lowering: Lowering, node: ast.List) -> ir.Expr:
    return ir.Display("list", [lowering.expression(item) for item in node.elts], lowering.at(node))


def _set(lowering: Lowering, node: ast.Set) -> ir.Expr:
    return ir.Display("set", [lowering.expression(item) for item in node.elts], lowering.at(node))


def _dict(lowering: Lowering, node: ast.Dict) -> ir.Expr:
    expression = lowering.expression
    keys: list[ir.Expr | None] = []
    values = []
    for key, value in zip(node.keys, node.values, strict=True):
        keys.append(None if key is None else expression(key))
        values.append(expression(value))
    return ir.DictDisplay(keys, values, lowering.at(node))


def _generator(lowering: Lowering, node: ast.GeneratorExp) -> ir.Expr:
    return _comprehension(lowering, node, "generator")


def _list_comprehension(lowering: Lowering, node: ast.ListComp) -> ir.Expr:
    return _comprehension(lowering, node, "list")


def _set_comprehension(lowering: Lowering, node: ast.SetComp) -> ir.Expr:
    return _comprehension(lowering, node, "set")


def _comprehension(
    lowering: Lowering, node: ast.GeneratorExp | ast.ListComp | ast.SetComp, kind: str
) -> ir.Comprehension:
    element = lowering.expression(node.elt)
    return ir.Comprehension(kind, element, None, _clauses(lowering, node.generators), lowering.at(node))


def _dict_comprehension(lowering: Lowering, node: ast.DictComp) -> ir.Expr:
    key = lowering.expression(node.key)
    # PEP 798: `{**a for a in b}` has no value.
    value = lowering.expression(node.value) if node.value is not None else None
    return ir.Comprehension("dict", key, value, _clauses(lowering, node.generators), lowering.at(node))


def _clauses(lowering: Lowering, nodes: list[ast.comprehension]) -> list[ir.Clause]:
    clauses = []
    for node in nodes:
        target = lowering.expression(node.target)
        iterable = lowering.expression(node.iter)
        conditions = [lowering.expression(condition) for condition in node.ifs]
        clauses.append(ir.Clause(target, iterable, conditions, bool(node.is_async)))
    return clauses


EXPRESSIONS: dict[type, LowerExpression] = {
    ast.Slice: _slice,
    ast.BoolOp: _boolean,
    ast.Compare: _comparison,
    ast.UnaryOp: _unary,
    ast.IfExp: _conditional,
    ast.Await: _await,
    ast.Yield: _yield,
    ast.YieldFrom: _yield_from,
    ast.NamedExpr: _walrus,
    ast.Starred: _starred,
    ast.Tuple: _tuple,
    ast.List: _list,
    ast.Set: _set,
    ast.Dict: _dict,
    ast.GeneratorExp: _generator,
    ast.ListComp: _list_comprehension,
    ast.SetComp: _set_comprehension,
    ast.DictComp: _dict_comprehension,
}
SPINES: dict[type, LowerRest] = {
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.BinOp: _binary,
}
