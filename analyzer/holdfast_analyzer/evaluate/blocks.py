"""Runs of statements: following them in order, what stands in them, and names after two of them meet."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    Value,
    join,
)
from holdfast_analyzer.summarize import ir

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator


def block(ev: "Evaluator", body: list[ir.Stmt], frame: Frame) -> bool:
    """Run statements in order; return True when control never reaches the end."""
    once = frame.once
    try:
        # No `any` over a generator: `elif` chains nest blocks, and Python 3.12 allows few calls through C in each other.
        for statement in body:  # noqa: SIM110
            if ev.statement(statement, frame):
                return True
        return False
    finally:
        frame.once = once


def end_of(body: list[ir.Stmt], default: ir.Position) -> tuple[int, int]:
    """Return the line and column at which the last statement of `body` ends."""
    if not body:
        return default[2], default[3]
    last = body[-1]
    inner: list[ir.Stmt] = []
    for part in ("final", "orelse", "body"):
        inner = getattr(last, part, [])
        if inner:
            break
    if isinstance(last, ir.Try) and not last.final and not last.orelse and last.handlers:
        inner = last.handlers[-1].body
    if isinstance(last, ir.Match) and last.cases:
        inner = last.cases[-1].body
    if isinstance(last, ir.FunctionDef):
        inner = last.function.body
    return end_of(inner, last.at)


def operations_in(frame: Frame, start: ir.Position, body: list[ir.Stmt]) -> tuple[str, ...]:
    """Return the durable operations, as written, that stand in `body` or in what it calls."""
    if not frame.summary.durable:
        return ()
    first, last = (start[0], start[1]), end_of(body, start)
    found = [(at, call.shown) for at, call in frame.summary.operations.items() if first <= (at[0], at[1]) <= last]
    found += [
        (edge.at, edge.shown)
        for edge in frame.summary.edges.values()
        if edge.callee.durable and first <= (edge.at[0], edge.at[1]) <= last
    ]
    return tuple(dict.fromkeys(text for _, text in sorted(found)))


def merged(one_: dict[str, Value], one_left: bool, other: dict[str, Value], other_left: bool) -> dict[str, Value]:
    """Join the names after two branches; a branch that left does not count."""
    if one_left and not other_left:
        return other
    if other_left and not one_left:
        return one_
    result = dict(one_)
    for name, value in other.items():
        known = result.get(name)
        if known is not value:
            result[name] = join(known, value) if known is not None else value
    return result
