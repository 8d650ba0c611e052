"""Lowers simple statements and compound statements that open no scope."""

import ast

from . import ir
from .definitions import annotation
from .depth import LONGEST_CHAIN, LONGEST_ELIF_CHAIN, TooDeep
from .expressions import BINARY
from .lowering import Lowering, LowerStatement


def _target(lowering: Lowering, node: ast.expr) -> ir.Expr:
    target = lowering.expression(node)
    lowering.scope.bind_target(target)
    return target


def _expression(lowering: Lowering, node: ast.Expr) -> ir.Stmt:
    return ir.ExprStatement(lowering.expression(node.value), lowering.at(node))


def _assign(lowering: Lowering, node: ast.Assign) -> ir.Stmt:
    if len(node.targets) > LONGEST_CHAIN:
        raise TooDeep.chained(lowering.tree.source.path, node.lineno, len(node.targets))
    targets = [_target(lowering, target) for target in node.targets]
    return ir.Assign(targets, lowering.expression(node.value), lowering.at(node))


def _annotated_assign(lowering: Lowering, node: ast.AnnAssign) -> ir.Stmt:
    target = _target(lowering, node.target)
    note = annotation(lowering, node.annotation)
    value = lowering.expression(node.value) if node.value is not None else None
    return ir.AnnotatedAssign(target, note, value, lowering.at(node))


def _augmented_assign(lowering: Lowering, node: ast.AugAssign) -> ir.Stmt:
    target = _target(lowering, node.target)
    value = lowering.expression(node.value)
    return ir.AugmentedAssign(target, BINARY[node.op.__class__], value, lowering.at(node))


def _return(lowering: Lowering, node: ast.Return) -> ir.Stmt:
    value = lowering.expression(node.value) if node.value is not None else None
    return ir.Return(value, lowering.at(node))


def _raise(lowering: Lowering, node: ast.Raise) -> ir.Stmt:
    exception = lowering.expression(node.exc) if node.exc is not None else None
    cause = lowering.expression(node.cause) if node.cause is not None else None
    return ir.Raise(exception, cause, lowering.at(node))


def _assert(lowering: Lowering, node: ast.Assert) -> ir.Stmt:
    test = lowering.expression(node.test)
    message = lowering.expression(node.msg) if node.msg is not None else None
    return ir.Assert(test, message, lowering.at(node))


def _delete(lowering: Lowering, node: ast.Delete) -> ir.Stmt:
    # `del` makes a name local to its scope as an assignment does.
    return ir.Delete([_target(lowering, target) for target in node.targets], lowering.at(node))


def _pass(lowering: Lowering, node: ast.Pass) -> ir.Stmt:
    return ir.Jump("pass", lowering.at(node))


def _break(lowering: Lowering, node: ast.Break) -> ir.Stmt:
    return ir.Jump("break", lowering.at(node))


def _continue(lowering: Lowering, node: ast.Continue) -> ir.Stmt:
    return ir.Jump("continue", lowering.at(node))


def _global(lowering: Lowering, node: ast.Global) -> ir.Stmt:
    lowering.scope.global_names.extend(node.names)
    return ir.Declare("global", node.names, lowering.at(node))


def _nonlocal(lowering: Lowering, node: ast.Nonlocal) -> ir.Stmt:
    lowering.scope.nonlocal_names.extend(node.names)
    return ir.Declare("nonlocal", node.names, lowering.at(node))


def _if(lowering: Lowering, node: ast.If) -> ir.Stmt:
    first: ir.If | None = None
    orelse: list[ir.Stmt] = []
    branch = node
    length = 0
    # A chain of `elif` nests as deep as it is long, so it is followed in a loop.
    while True:
        test = lowering.expression(branch.test)
        lowered = ir.If(test, lowering.block(branch.body), [], lowering.header(branch, branch.test))
        if first is None:
            first = lowered
        else:
            orelse.append(lowered)
        orelse = lowered.orelse
        following = branch.orelse[0] if len(branch.orelse) == 1 else None
        if not isinstance(following, ast.If):
            break
        branch = following
        length += 1
        if length > LONGEST_ELIF_CHAIN:
            raise TooDeep.branched(lowering.tree.source.path, branch.lineno, length)
    orelse.extend(lowering.block(branch.orelse))
    return first


def _while(lowering: Lowering, node: ast.While) -> ir.Stmt:
    test = lowering.expression(node.test)
    at = lowering.header(node, node.test)
    body = lowering.block(node.body)
    return ir.While(test, body, lowering.block(node.orelse), at)


def _for(lowering: Lowering, node: ast.For | ast.AsyncFor) -> ir.Stmt:
    target = _target(lowering, node.target)
    iterable = lowering.expression(node.iter)
    at = lowering.header(node, node.iter)
    body = lowering.block(node.body)
    return ir.For(target, iterable, body, lowering.block(node.orelse), node.__class__ is ast.AsyncFor, at)


def _with(lowering: Lowering, node: ast.With | ast.AsyncWith) -> ir.Stmt:
    items = []
    for item in node.items:
        context = lowering.expression(item.context_expr)
        target = _target(lowering, item.optional_vars) if item.optional_vars is not None else None
        items.append(ir.WithItem(context, target))
    last = node.items[-1]
    at = lowering.header(node, last.optional_vars or last.context_expr)
    return ir.With(items, lowering.block(node.body), node.__class__ is ast.AsyncWith, at)


def _try(lowering: Lowering, node: ast.Try | ast.TryStar) -> ir.Stmt:
    at = lowering.header(node, None)
    body = lowering.block(node.body)
    handlers = [_handler(lowering, handler) for handler in node.handlers]
    orelse = lowering.block(node.orelse)
    return ir.Try(body, handlers, orelse, lowering.block(node.finalbody), at)


def _handler(lowering: Lowering, node: ast.ExceptHandler) -> ir.Handler:
    caught = lowering.expression(node.type) if node.type is not None else None
    if node.name is not None:
        lowering.scope.bind(node.name)
    at = lowering.header(node, node.type)
    return ir.Handler(caught, node.name or "", lowering.block(node.body), at)


STATEMENTS: dict[type, LowerStatement] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated_assign,
    ast.AugAssign: _augmented_assign,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.Delete: _delete,
    ast.Pass: _pass,
    ast.Break: _break,
    ast.Continue: _continue,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.If: _if,
    ast.While: _while,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
}
