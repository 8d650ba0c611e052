"""Lowers simple statements and compound statements that open no scope."""

import libcst as cst

from . import ir
from .definitions import annotation, suite
from .literals import identifier
from .reader import LowerStatement, Reader

_AUGMENTED = {
    cst.AddAssign: "+",
    cst.SubtractAssign: "-",
    cst.MultiplyAssign: "*",
    cst.MatrixMultiplyAssign: "@",
    cst.DivideAssign: "/",
    cst.FloorDivideAssign: "//",
    cst.ModuloAssign: "%",
    cst.PowerAssign: "**",
    cst.LeftShiftAssign: "<<",
    cst.RightShiftAssign: ">>",
    cst.BitAndAssign: "&",
    cst.BitOrAssign: "|",
    cst.BitXorAssign: "^",
}


def _target(reader: Reader, node: cst.BaseExpression) -> ir.Expr:
    target = reader.expression(node)
    reader.scope.bind_target(target)
    return target


def _expression(reader: Reader, node: cst.Expr) -> ir.Stmt:
    start = reader.start()
    return ir.ExprStatement(reader.expression(node.value), reader.at(start))


def _assign(reader: Reader, node: cst.Assign) -> ir.Stmt:
    start = reader.start()
    targets = []
    for target in node.targets:
        targets.append(_target(reader, target.target))
        reader.take(1)
    value = reader.expression(node.value)
    return ir.Assign(targets, value, reader.at(start))


def _annotated_assign(reader: Reader, node: cst.AnnAssign) -> ir.Stmt:
    start = reader.start()
    target = _target(reader, node.target)
    reader.take(1)
    note = annotation(reader, node.annotation.annotation)
    value = None
    if node.value is not None:
        reader.take(1)
        value = reader.expression(node.value)
    return ir.AnnotatedAssign(target, note, value, reader.at(start))


def _augmented_assign(reader: Reader, node: cst.AugAssign) -> ir.Stmt:
    start = reader.start()
    target = _target(reader, node.target)
    operator = _AUGMENTED[type(node.operator)]
    reader.take(len(operator) + 1)
    value = reader.expression(node.value)
    return ir.AugmentedAssign(target, operator, value, reader.at(start))


def _return(reader: Reader, node: cst.Return) -> ir.Stmt:
    start = reader.take(6)
    value = reader.expression(node.value) if node.value is not None else None
    return ir.Return(value, reader.at(start))


def _raise(reader: Reader, node: cst.Raise) -> ir.Stmt:
    start = reader.take(5)
    exception = reader.expression(node.exc) if node.exc is not None else None
    cause = None
    if node.cause is not None:
        reader.take(4)
        cause = reader.expression(node.cause.item)
    return ir.Raise(exception, cause, reader.at(start))


def _assert(reader: Reader, node: cst.Assert) -> ir.Stmt:
    start = reader.take(6)
    test = reader.expression(node.test)
    message = None
    if node.msg is not None:
        reader.take(1)
        message = reader.expression(node.msg)
    return ir.Assert(test, message, reader.at(start))


def _delete(reader: Reader, node: cst.Del) -> ir.Stmt:
    start = reader.take(3)
    # `del` makes a name local to its scope as an assignment does.
    target = _target(reader, node.target)
    targets = [target]
    if isinstance(node.target, cst.Tuple) and not node.target.lpar and isinstance(target, ir.Display):
        targets = target.items
    return ir.Delete(targets, reader.at(start))


def _pass(reader: Reader, node: cst.Pass) -> ir.Stmt:
    return ir.Jump("pass", reader.at(reader.take(4)))


def _break(reader: Reader, node: cst.Break) -> ir.Stmt:
    return ir.Jump("break", reader.at(reader.take(5)))


def _continue(reader: Reader, node: cst.Continue) -> ir.Stmt:
    return ir.Jump("continue", reader.at(reader.take(8)))


def _global(reader: Reader, node: cst.Global) -> ir.Stmt:
    start = reader.take(6)
    names = _declared_names(reader, node)
    reader.scope.global_names.extend(names)
    return ir.Declare("global", names, reader.at(start))


def _nonlocal(reader: Reader, node: cst.Nonlocal) -> ir.Stmt:
    start = reader.take(8)
    names = _declared_names(reader, node)
    reader.scope.nonlocal_names.extend(names)
    return ir.Declare("nonlocal", names, reader.at(start))


def _declared_names(reader: Reader, node: cst.Global | cst.Nonlocal) -> list[str]:
    names = []
    for item in node.names:
        reader.take(len(item.name.value))
        reader.take_comma()
        names.append(identifier(item.name.value))
    return names


def _if(reader: Reader, node: cst.If) -> ir.Stmt:
    first: ir.If | None = None
    orelse: list[ir.Stmt] = []
    branch: cst.If | cst.Else | None = node
    # A chain of `elif` nests as deep as it is long, so it is followed in a loop.
    while isinstance(branch, cst.If):
        start = reader.take(4 if first is not None else 2)
        test = reader.expression(branch.test)
        reader.take(1)
        lowered = ir.If(test, [], [], reader.at(start))
        lowered.body = suite(reader, branch.body)
        if first is None:
            first = lowered
        else:
            orelse.append(lowered)
            reader.starts[start] = lowered
        orelse = lowered.orelse
        branch = branch.orelse
    orelse.extend(_else(reader, branch))
    assert first is not None
    return first


def _else(reader: Reader, node: cst.Else | cst.Finally | None) -> list[ir.Stmt]:
    if node is None:
        return []
    reader.take(4 if isinstance(node, cst.Else) else 7)
    reader.take(1)
    return suite(reader, node.body)


def _while(reader: Reader, node: cst.While) -> ir.Stmt:
    start = reader.take(5)
    test = reader.expression(node.test)
    reader.take(1)
    at = reader.at(start)
    body = suite(reader, node.body)
    return ir.While(test, body, _else(reader, node.orelse), at)


def _for(reader: Reader, node: cst.For) -> ir.Stmt:
    start = reader.start()
    is_async = node.asynchronous is not None
    if is_async:
        reader.take(5)
    reader.take(3)
    target = _target(reader, node.target)
    reader.take(2)
    iterable = reader.expression(node.iter)
    reader.take(1)
    at = reader.at(start)
    body = suite(reader, node.body)
    return ir.For(target, iterable, body, _else(reader, node.orelse), is_async, at)


def _with(reader: Reader, node: cst.With) -> ir.Stmt:
    start = reader.start()
    is_async = node.asynchronous is not None
    if is_async:
        reader.take(5)
    reader.take(4)
    parenthesised = isinstance(node.lpar, cst.LeftParen)
    if parenthesised:
        reader.take(1)
    items = []
    for item in node.items:
        context = reader.expression(item.item)
        target = None
        if item.asname is not None:
            reader.take(2)
            target = _target(reader, item.asname.name)
        reader.take_comma()
        items.append(ir.WithItem(context, target))
    if parenthesised:
        reader.take(1)
    reader.take(1)
    at = reader.at(start)
    return ir.With(items, suite(reader, node.body), is_async, at)


def _try(reader: Reader, node: cst.Try | cst.TryStar) -> ir.Stmt:
    start = reader.take(3)
    reader.take(1)
    at = reader.at(start)
    body = suite(reader, node.body)
    handlers = [_handler(reader, handler) for handler in node.handlers]
    orelse = _else(reader, node.orelse)
    return ir.Try(body, handlers, orelse, _else(reader, node.finalbody), at)


def _handler(reader: Reader, node: cst.ExceptHandler | cst.ExceptStarHandler) -> ir.Handler:
    start = reader.take(6)
    if isinstance(node, cst.ExceptStarHandler):
        reader.take(1)
    caught = reader.expression(node.type) if node.type is not None else None
    name = ""
    if node.name is not None:
        reader.take(2)
        target = _target(reader, node.name.name)
        name = target.id if isinstance(target, ir.Name) else ""
    reader.take(1)
    at = reader.at(start)
    return ir.Handler(caught, name, suite(reader, node.body), at)


STATEMENTS: dict[type, LowerStatement] = {
    cst.Expr: _expression,
    cst.Assign: _assign,
    cst.AnnAssign: _annotated_assign,
    cst.AugAssign: _augmented_assign,
    cst.Return: _return,
    cst.Raise: _raise,
    cst.Assert: _assert,
    cst.Del: _delete,
    cst.Pass: _pass,
    cst.Break: _break,
    cst.Continue: _continue,
    cst.Global: _global,
    cst.Nonlocal: _nonlocal,
    cst.If: _if,
    cst.While: _while,
    cst.For: _for,
    cst.With: _with,
    cst.Try: _try,
    cst.TryStar: _try,
}
