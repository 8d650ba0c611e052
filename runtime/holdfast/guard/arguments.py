"""The arguments of a call that is about to be made: the catalogue's conditions on them, asked of the real values.

Neither `sys.monitoring` nor `sys.setprofile` hands over the arguments of a call, so they are read where the code
has them: constants from the syntax tree, names and attributes from the frame, without running anything for it. What an
expression computes stays unknown, but for the first argument, which `sys.monitoring` does give.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from datetime import datetime
from types import FrameType, MemberDescriptorType, ModuleType
from typing import Any, Final

from holdfast.guard.kinds import is_a, names_in
from holdfast_rules.hazards.hazard import (
    Always,
    Condition,
    NaiveReceiver,
    NonConstant,
    OnlyConstant,
    UnlessConstant,
    UnlessType,
    Unseeded,
    WithArgument,
    WithoutArgument,
)


class _Absent:
    """The type of `ABSENT` and `UNKNOWN`."""

    def __init__(self, shown: str) -> None:
        self._shown = shown

    def __repr__(self) -> str:
        return self._shown


ABSENT: Final = _Absent("ABSENT")
"""An argument that is not given."""
UNKNOWN: Final = _Absent("UNKNOWN")
"""A value that cannot be told without running code."""


class Arguments:
    """The arguments of one call.

    Args:
        call: the call in the source; None where there is no source.
        frame: that is about to make it.
        first: the first argument behind the receiver, `ABSENT` when there are none at all, `UNKNOWN` when nobody knows.
        receiver: the object of a method.
    """

    def __init__(self, call: ast.Call | None, frame: FrameType, first: Any = UNKNOWN, receiver: Any = None) -> None:
        self.receiver = receiver
        self.known = call is not None or first is ABSENT
        self._frame = frame
        self._positional: list[Any] = []
        self._keywords: dict[str, Any] = {}
        self._open_positions = self._open_keywords = False
        if call is not None:
            self._read(call)
            if self._positional and self._positional[0] is UNKNOWN and first is not ABSENT:
                self._positional[0] = first

    def _read(self, call: ast.Call) -> None:
        for argument in call.args:
            if isinstance(argument, ast.Starred):
                spread = evaluate(argument.value, self._frame)
                if type(spread) in (tuple, list) and not self._open_positions:
                    self._positional.extend(spread)
                else:
                    self._open_positions = True
            elif not self._open_positions:
                self._positional.append(evaluate(argument, self._frame))
        for keyword in call.keywords:
            value = evaluate(keyword.value, self._frame)
            if keyword.arg is not None:
                self._keywords[keyword.arg] = value
            elif type(value) is dict:
                self._keywords.update((name, each) for name, each in value.items() if isinstance(name, str))
            else:
                self._open_keywords = True

    def get(self, position: int, keyword: str) -> Any:
        """Return the value of an argument: `ABSENT` when it is not given, `UNKNOWN` when that cannot be told."""
        if position < len(self._positional):
            return self._positional[position]
        if keyword and keyword in self._keywords:
            return self._keywords[keyword]
        return UNKNOWN if self._open_positions or self._open_keywords else ABSENT


def evaluate(node: ast.expr, frame: FrameType) -> Any:
    """Return the value of an expression in `frame` as far as it can be told without running code, else `UNKNOWN`."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        for names in (frame.f_locals, frame.f_globals, frame.f_builtins):
            if node.id in names:
                return names[node.id]
        return UNKNOWN
    if isinstance(node, ast.Attribute):
        value = evaluate(node.value, frame)
        return UNKNOWN if value is UNKNOWN else attribute(value, node.attr)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = evaluate(node.operand, frame)
        return -value if type(value) in (int, float) else UNKNOWN
    return UNKNOWN


def receivers(function: ast.expr, frame: FrameType) -> Iterator[tuple[Any, str]]:
    """Yield the objects that `function` names before its last part, and what follows each: of `client.chat.create` the
    object of `client.chat` with `create`, then `client` with `chat.create`.
    """
    attributes: list[str] = []
    while isinstance(function, ast.Attribute):
        attributes.insert(0, function.attr)
        function = function.value
        value = evaluate(function, frame)
        if value is not UNKNOWN:
            yield value, ".".join(attributes)


def attribute(owner: Any, name: str) -> Any:
    """Return an attribute that is simply stored, in a module, a class, an object or its slots; else `UNKNOWN`."""
    if is_a(owner, ModuleType):
        return names_in(owner).get(name, UNKNOWN)
    found = inspect.getattr_static(owner, name, UNKNOWN)
    if type(found) is MemberDescriptorType:
        try:
            return found.__get__(owner)
        except AttributeError:
            return UNKNOWN
    return UNKNOWN if hasattr(type(found), "__get__") else found


def holds(condition: Condition, arguments: Arguments) -> bool:
    """Whether a condition of the catalogue holds for a call. Where a value cannot be told, it decides as analysis does."""
    if isinstance(condition, Always):
        return True
    if isinstance(condition, NaiveReceiver):
        return is_a(arguments.receiver, datetime) and arguments.receiver.tzinfo is None
    if not arguments.known or not hasattr(condition, "position"):
        return False  # without source nobody can say
    value = arguments.get(condition.position, getattr(condition, "keyword", ""))
    if isinstance(condition, WithoutArgument | Unseeded):
        return value is None or value is ABSENT
    if isinstance(condition, WithArgument):
        return value is not None and value is not ABSENT
    if isinstance(condition, UnlessConstant):
        return not any(type(value) is type(each) and value == each for each in condition.values)
    if isinstance(condition, OnlyConstant):
        if isinstance(value, str):
            return any(text in value for text in condition.contains)
        return condition.default
    if isinstance(condition, UnlessType):
        return not _is_one_of(value, condition.types)
    return isinstance(condition, NonConstant) and value is UNKNOWN


def _is_one_of(value: Any, names: tuple[str, ...]) -> bool:
    for cls in type(value).__mro__:
        module = cls.__module__.removeprefix("_") if cls.__module__.startswith("_io") else cls.__module__
        if f"{module}.{cls.__qualname__}" in names:
            return True
    return False
