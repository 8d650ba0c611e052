"""Lowers operators, calls, attributes, subscripts, displays and comprehensions."""

from typing import Any

import libcst as cst

from . import ir
from .literals import identifier
from .reader import LowerExpression, LowerRest, Reader

_UNARY = {cst.Not: "not", cst.Minus: "-", cst.Plus: "+", cst.BitInvert: "~"}
_BOOLEAN = {cst.And: "and", cst.Or: "or"}
_BINARY = {
    cst.Add: "+",
    cst.Subtract: "-",
    cst.Multiply: "*",
    cst.Divide: "/",
    cst.FloorDivide: "//",
    cst.Modulo: "%",
    cst.Power: "**",
    cst.LeftShift: "<<",
    cst.RightShift: ">>",
    cst.BitOr: "|",
    cst.BitAnd: "&",
    cst.BitXor: "^",
    cst.MatrixMultiply: "@",
}
_COMPARE = {
    cst.LessThan: "<",
    cst.GreaterThan: ">",
    cst.Equal: "==",
    cst.LessThanEqual: "<=",
    cst.GreaterThanEqual: ">=",
    cst.NotEqual: "!=",
    cst.In: "in",
    cst.NotIn: "not in",
    cst.Is: "is",
    cst.IsNot: "is not",
}


def _attribute(reader: Reader, node: cst.Attribute, base: ir.Expr, start: int) -> ir.Expr:
    reader.take(1)
    name = node.attr.value
    reader.take(len(name))
    return ir.Attribute(base, identifier(name), reader.at(start))


def _call(reader: Reader, node: cst.Call, function: ir.Expr, start: int) -> ir.Expr:
    reader.opening = reader.take(1)
    arguments = [argument(reader, item) for item in node.args]
    reader.take(1)
    return ir.Call(function, arguments, reader.at(start))


def argument(reader: Reader, node: cst.Arg) -> ir.Argument:
    """Lower an argument of a call, or a base or keyword of a class, and the comma after it."""
    keyword = ""
    if node.star:
        reader.take(len(node.star))
    elif node.keyword is not None:
        keyword = node.keyword.value
        reader.take(len(keyword))
        reader.take(1)
        keyword = identifier(keyword)
    lowered = ir.Argument(reader.expression(node.value), keyword, len(node.star))
    reader.take_comma()
    return lowered


def _subscript(reader: Reader, node: cst.Subscript, base: ir.Expr, start: int) -> ir.Expr:
    reader.take(1)
    elements = node.slice
    first = reader.start()
    items = []
    for element in elements:
        items.append(_subscript_element(reader, element.slice))
        reader.take_comma()
    index = items[0]
    if len(items) > 1 or elements[0].comma is not cst.MaybeSentinel.DEFAULT or isinstance(index, ir.Starred):
        index = ir.Display("tuple", items, reader.at(first))
    reader.take(1)
    return ir.Subscript(base, index, reader.at(start))


def _subscript_element(reader: Reader, node: cst.BaseSlice) -> ir.Expr:
    if isinstance(node, cst.Index):
        if not node.star:
            return reader.expression(node.value)
        start = reader.take(1)
        return ir.Starred(reader.expression(node.value), reader.at(start))
    assert isinstance(node, cst.Slice)
    start = reader.start()
    bounds = []
    if node.lower is not None:
        bounds.append(reader.expression(node.lower))
    reader.take(1)
    if node.upper is not None:
        bounds.append(reader.expression(node.upper))
    if isinstance(node.second_colon, cst.Colon):
        reader.take(1)
    if node.step is not None:
        bounds.append(reader.expression(node.step))
    return ir.Display("tuple", bounds, reader.at(start))


def _binary(reader: Reader, node: cst.BinaryOperation, left: ir.Expr, start: int) -> ir.Expr:
    operator = _BINARY[type(node.operator)]
    reader.take(len(operator))
    return ir.Operation("binary", operator, [left, reader.expression(node.right)], reader.at(start))


def _boolean(reader: Reader, node: cst.BooleanOperation, left: ir.Expr, start: int) -> ir.Expr:
    operator = _BOOLEAN[type(node.operator)]
    reader.take(len(operator))
    right = reader.expression(node.right)
    at = reader.at(start)
    # `a and b and c` is one operation of three operands, as in `ast`.
    if isinstance(left, ir.Operation) and left.operator == operator and not node.left.lpar:
        left.operands.append(right)
        left.at = at
        return left
    return ir.Operation("bool", operator, [left, right], at)


def _comparison(reader: Reader, node: cst.Comparison, left: ir.Expr, start: int) -> ir.Expr:
    operators = []
    operands = [left]
    for target in node.comparisons:
        operator = _COMPARE[type(target.operator)]
        operators.append(operator)
        for word in operator.split():
            reader.take(len(word))
        operands.append(reader.expression(target.comparator))
    return ir.Operation("compare", " ".join(operators), operands, reader.at(start))


def _unary(reader: Reader, node: cst.UnaryOperation) -> ir.Expr:
    operator = _UNARY[type(node.operator)]
    start = reader.take(len(operator))
    return ir.Operation("unary", operator, [reader.expression(node.expression)], reader.at(start))


def _conditional(reader: Reader, node: cst.IfExp, body: ir.Expr, start: int) -> ir.Expr:
    reader.take(2)
    test = reader.expression(node.test)
    reader.take(4)
    orelse = reader.expression(node.orelse)
    return ir.Conditional(test, body, orelse, reader.at(start))


def _await(reader: Reader, node: cst.Await) -> ir.Expr:
    start = reader.take(5)
    return ir.Await(reader.expression(node.expression), reader.at(start))


def _yield(reader: Reader, node: cst.Yield) -> ir.Expr:
    start = reader.take(5)
    reader.scope.is_generator = True
    value = node.value
    if value is None:
        return ir.Yield(None, False, reader.at(start))
    if isinstance(value, cst.From):
        reader.take(4)
        return ir.Yield(reader.expression(value.item), True, reader.at(start))
    return ir.Yield(reader.expression(value), False, reader.at(start))


def _walrus(reader: Reader, node: cst.NamedExpr, target: ir.Expr, start: int) -> ir.Expr:
    reader.take(2)
    value = reader.expression(node.value)
    name = target.id if isinstance(target, ir.Name) else ""
    reader.scope.bind_target(target)
    return ir.Walrus(name, value, reader.at(start))


def _starred(reader: Reader, node: cst.StarredElement) -> ir.Expr:
    start = reader.take(1)
    return ir.Starred(reader.expression(node.value), reader.at(start))


def _elements(reader: Reader, nodes: Any) -> list[ir.Expr]:
    items = []
    for node in nodes:
        # A plain `Element` is only its value; its parentheses are the value's.
        items.append(reader.expression(node.value if type(node) is cst.Element else node))
        reader.take_comma()
    return items


def _tuple(reader: Reader, node: cst.Tuple) -> ir.Expr:
    if not node.lpar:
        start = reader.start()
        items = _elements(reader, node.elements)
        return ir.Display("tuple", items, reader.at(start))
    # A tuple owns its innermost parentheses; the closing one is taken by `Reader.expression`.
    start = reader.opening
    items = _elements(reader, node.elements)
    return ir.Display("tuple", items, reader.between(start, reader.start() + 1))


def _list(reader: Reader, node: cst.List) -> ir.Expr:
    start = reader.take(1)
    items = _elements(reader, node.elements)
    reader.take(1)
    return ir.Display("list", items, reader.at(start))


def _set(reader: Reader, node: cst.Set) -> ir.Expr:
    start = reader.take(1)
    items = _elements(reader, node.elements)
    reader.take(1)
    return ir.Display("set", items, reader.at(start))


def _dict(reader: Reader, node: cst.Dict) -> ir.Expr:
    start = reader.take(1)
    keys: list[ir.Expr | None] = []
    values = []
    for element in node.elements:
        if isinstance(element, cst.DictElement):
            keys.append(reader.expression(element.key))
            reader.take(1)
        else:
            reader.take(2)
            keys.append(None)
        values.append(reader.expression(element.value))
        reader.take_comma()
    reader.take(1)
    return ir.DictDisplay(keys, values, reader.at(start))


def _generator(reader: Reader, node: cst.GeneratorExp) -> ir.Expr:
    # The parentheses are its own, or those of the call whose only argument it is; their owner takes the closing one.
    start = reader.opening
    element = reader.expression(node.elt)
    clauses = _clauses(reader, node.for_in)
    return ir.Comprehension("generator", element, None, clauses, reader.between(start, reader.start() + 1))


def _list_comprehension(reader: Reader, node: cst.ListComp) -> ir.Expr:
    start = reader.take(1)
    element = reader.expression(node.elt)
    clauses = _clauses(reader, node.for_in)
    reader.take(1)
    return ir.Comprehension("list", element, None, clauses, reader.at(start))


def _set_comprehension(reader: Reader, node: cst.SetComp) -> ir.Expr:
    start = reader.take(1)
    element = reader.expression(node.elt)
    clauses = _clauses(reader, node.for_in)
    reader.take(1)
    return ir.Comprehension("set", element, None, clauses, reader.at(start))


def _dict_comprehension(reader: Reader, node: cst.DictComp) -> ir.Expr:
    start = reader.take(1)
    key = reader.expression(node.key)
    reader.take(1)
    value = reader.expression(node.value)
    clauses = _clauses(reader, node.for_in)
    reader.take(1)
    return ir.Comprehension("dict", key, value, clauses, reader.at(start))


def _starred_dict_comprehension(reader: Reader, node: cst.StarredDictComp) -> ir.Expr:
    start = reader.take(1)
    stars = reader.take(2)
    element = ir.Starred(reader.expression(node.value), reader.at(stars))
    clauses = _clauses(reader, node.for_in)
    reader.take(1)
    return ir.Comprehension("dict", element, None, clauses, reader.at(start))


def _clauses(reader: Reader, node: cst.CompFor | None) -> list[ir.Clause]:
    clauses = []
    while node is not None:
        is_async = node.asynchronous is not None
        if is_async:
            reader.take(5)
        reader.take(3)
        target = reader.expression(node.target)
        reader.take(2)
        iterable = reader.expression(node.iter)
        conditions = []
        for condition in node.ifs:
            reader.take(2)
            conditions.append(reader.expression(condition.test))
        clauses.append(ir.Clause(target, iterable, conditions, is_async))
        node = node.inner_for_in
    return clauses


EXPRESSIONS: dict[type, LowerExpression] = {
    cst.UnaryOperation: _unary,
    cst.Await: _await,
    cst.Yield: _yield,
    cst.StarredElement: _starred,
    cst.Tuple: _tuple,
    cst.List: _list,
    cst.Set: _set,
    cst.Dict: _dict,
    cst.GeneratorExp: _generator,
    cst.ListComp: _list_comprehension,
    cst.SetComp: _set_comprehension,
    cst.DictComp: _dict_comprehension,
    cst.StarredDictComp: _starred_dict_comprehension,
}
SPINES: dict[type, tuple[str, LowerRest]] = {
    cst.Attribute: ("value", _attribute),
    cst.Call: ("func", _call),
    cst.Subscript: ("value", _subscript),
    cst.BinaryOperation: ("left", _binary),
    cst.BooleanOperation: ("left", _boolean),
    cst.Comparison: ("left", _comparison),
    cst.IfExp: ("body", _conditional),
    cst.NamedExpr: ("target", _walrus),
}
