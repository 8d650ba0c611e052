"""What the code around a durable operation says of it: clean-up code, handlers that swallow, coroutines that are dropped."""

from __future__ import annotations

import ast
from types import FrameType
from typing import Final

from holdfast.guard.source import Source

_TRIES: Final = (ast.Try, ast.TryStar)
_EXITS: Final = ("__exit__", "__aexit__")


def cleanup_around(source: Source, frame: FrameType) -> str | None:
    """Return which kind of clean-up code `frame` is at, None for any other code."""
    if frame.f_code.co_name in _EXITS:
        return f"`{frame.f_code.co_name}`"
    node = source.node_at(frame.f_code, frame.f_lasti)
    if node is not None:
        for parent, part in source.around(node):
            if isinstance(parent, _TRIES) and part in parent.finalbody:
                return "finally"
    return None


def swallowing_around(source: Source, frame: FrameType) -> ast.ExceptHandler | None:
    """Return the handler that would swallow what unwinds the workflow from where `frame` is, None without one."""
    node = source.node_at(frame.f_code, frame.f_lasti)
    if node is None:
        return None
    for parent, part in source.around(node):
        if isinstance(parent, _TRIES) and part in parent.body:
            for handler in parent.handlers:
                if _takes_everything(handler):
                    if _raises(handler):
                        break
                    return handler
    return None


def is_dropped(source: Source, frame: FrameType) -> bool:
    """Whether nothing is done with what the call that `frame` is at gives."""
    call = source.call_at(frame.f_code, frame.f_lasti)
    return call is not None and any(
        isinstance(parent, ast.Expr) for parent, part in source.around(call) if part is call
    )


def shown_handler(handler: ast.ExceptHandler) -> str:
    """Return a handler's header as the code writes it."""
    return f"except {ast.unparse(handler.type)}" if handler.type is not None else "except"


def shown_call(source: Source, frame: FrameType, otherwise: str) -> str:
    """Return the function of the call that `frame` is at, as the code writes it."""
    call = source.call_at(frame.f_code, frame.f_lasti)
    if call is None:
        node = source.node_at(frame.f_code, frame.f_lasti)
        call = node.value if isinstance(node, ast.Await) and isinstance(node.value, ast.Call) else None
    return ast.unparse(call.func) if call is not None else otherwise


def _takes_everything(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        kind is None or (isinstance(kind, ast.Name | ast.Attribute) and ast.unparse(kind).endswith("BaseException"))
        for kind in kinds
    )


def _raises(handler: ast.ExceptHandler) -> bool:
    return any(isinstance(each, ast.Raise) for statement in handler.body for each in ast.walk(statement))
