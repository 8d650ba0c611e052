"""Writes to what outlives a run (rule 401): the variables that a unit could write, compared before and after its code runs.

First the source is asked which module-level names, class attributes and mutable defaults the unit's functions might change;
only those are compared, so that a workflow that changes nothing costs nothing, and so that what other threads
change meanwhile is not laid at its door. Then, around each stretch of workflow code, their structure is compared: the
identity of what containers and objects hold, the value of plain scalars. Nobody's `__eq__` or `__repr__` is called.
"""

from __future__ import annotations

import ast
import types
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from holdfast.guard.hazards import Hazards
from holdfast.guard.kinds import is_a, names_in
from holdfast.guard.source import Source, source_of_file
from holdfast.guard.unit import Unit

_SCALARS: Final = (int, float, complex, bool, str, bytes, types.NoneType)
_CONTAINERS: Final = (list, dict, set, deque, bytearray)
_FIXED: Final = (*_SCALARS, tuple, frozenset, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)
_READING: Final = frozenset(
    "get keys values items copy index count union intersection difference issubset issuperset isdisjoint".split()
)
"""Methods of containers that change nothing."""
_READERS: Final = frozenset(
    "len sorted list dict set tuple frozenset sum min max any all str repr enumerate zip isinstance iter reversed bool"
    " map filter range type id print".split()
)
"""Built-in functions that do not change what they are given."""
_DEEPEST: Final = 4
_MOST: Final = 2000
"""Objects that one comparison looks at; what lies beyond counts as unchanged."""


@dataclass(frozen=True, slots=True)
class Write:
    """A place that might change what outlives the run.

    Attributes:
        name: of the variable, for people: `CACHE`, `Counter.total`.
        how: as in `StateWrite`.
        shown: the writing expression.
        path: file.
        line: in it.
        function: that holds it.
        module: of the function.
        read: gives the variable's present value.
        indirect: the object is only handed on here, so another place is the likelier one.
    """

    name: str
    how: str
    shown: str
    path: str
    line: int
    function: str
    module: str
    read: Callable[[], Any]
    indirect: bool


class Writes:
    """What the unit of one workflow might write.

    Args:
        function: the workflow's.
        hazards: the catalogue, of whose packages nothing is read.
    """

    def __init__(self, function: Any, hazards: Hazards) -> None:
        codes: list[tuple[types.CodeType, Mapping[str, Any]]] = []
        Unit(hazards, lambda code, names: codes.append((code, names))).follow(function)
        found: dict[str, Write] = {}
        writes = (write for code, names in codes for write in _writes_in(code, names))
        for write in sorted(writes, key=lambda write: write.indirect):
            found.setdefault(f"{write.module}.{write.name}", write)
        self.found = tuple(found.values())

    def snapshot(self) -> list[Any]:
        """Return the structure of every variable."""
        return [_shape(write.read(), _DEEPEST, [_MOST]) for write in self.found]

    def changed(self, before: list[Any]) -> list[Write]:
        """Return the variables whose structure is not what it was."""
        return [
            write
            for write, former, now in zip(self.found, before, self.snapshot(), strict=True)
            if not _same(former, now)
        ]


class _Object:
    """A leaf of a structure, compared by identity; kept alive meanwhile, so that its address is nobody else's."""

    __slots__ = ("held",)

    def __init__(self, held: Any) -> None:
        self.held = held


def _shape(value: Any, depth: int, budget: list[int]) -> Any:
    kind = type(value)
    if kind in _SCALARS:
        return value
    budget[0] -= 1
    if depth == 0 or budget[0] <= 0 or kind in _FIXED:
        return _Object(value)
    if kind in (list, deque, tuple):
        return (
            _Object(value),
            *[_shape(each, depth - 1, budget) for each in tuple(value)[: max(budget[0], 0)]],
            len(value),
        )
    if kind is dict:
        items = list(value.items())[: max(budget[0], 0)]
        return (_Object(value), *[(_Object(key), _shape(each, depth - 1, budget)) for key, each in items], len(value))
    if kind is set:
        return (_Object(value), frozenset(map(id, value.copy())), len(value))
    if kind is bytearray:
        return (_Object(value), bytes(value))
    held = _attributes(value)
    return _Object(value) if held is None else (_Object(value), _shape(held, depth - 1, budget)[1:])


def _attributes(value: Any) -> dict[str, Any] | None:
    try:
        held = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return None
    return dict(held) if type(held) is dict else None


def _same(former: Any, now: Any) -> bool:
    if isinstance(former, _Object):
        return isinstance(now, _Object) and former.held is now.held
    if type(former) is not type(now):
        return False
    if type(former) is tuple:
        return len(former) == len(now) and all(_same(one, other) for one, other in zip(former, now, strict=True))
    return bool(former == now) or former != former  # a NaN is no change


# -- what the source says


def _writes_in(code: types.CodeType, names: Mapping[str, Any]) -> Iterator[Write]:
    source = source_of_file(code.co_filename)
    function = source.function_of(code)
    if function is None:
        return
    local = {*code.co_varnames, *code.co_cellvars}
    shared = {name for each in ast.walk(function) if isinstance(each, ast.Global) for name in each.names}
    module = str(names.get("__name__", ""))
    own_class = _class_of(code, names)
    for node in ast.walk(function):
        found = None
        if isinstance(node, ast.Name) and node.id in shared and not isinstance(node.ctx, ast.Load):
            found = node.id, "global", _global(names, node.id)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            top, path = source.chain_above(node)
            if not _might_write(source, top):
                continue
            if node.id not in local:
                found = _of_global(names, node.id, path, top)
            elif own_class is not None and path and node.id == code.co_varnames[:1][0]:
                found = _of_class(own_class, path[0])
            if found is None and node.id in local:
                found = _of_default(code, names, node.id)
        if found is not None:
            assert isinstance(node, ast.Name)
            statement = source.statement_of(node)
            shown = ast.unparse(statement).partition("\n")[0]
            yield Write(
                *(found[0], found[1], shown, code.co_filename, node.lineno, code.co_qualname, module, found[2]),
                indirect=isinstance(source.chain_above(node)[0], ast.Name) and found[1] != "global",
            )


def _might_write(source: Source, top: ast.expr) -> bool:
    """Whether what happens to `top`, a name with what is taken of it, might change the object behind it."""
    if isinstance(top, ast.Attribute | ast.Subscript) and not isinstance(top.ctx, ast.Load):
        return True
    parent = source.parent_of(top)
    if isinstance(parent, ast.Call):
        if parent.func is top:
            return isinstance(top, ast.Attribute) and top.attr not in _READING
        return not (isinstance(parent.func, ast.Name) and parent.func.id in _READERS)
    return isinstance(parent, ast.Assign | ast.AugAssign | ast.NamedExpr | ast.withitem | ast.Starred | ast.keyword)


Found = tuple[str, str, Callable[[], Any]]


def _of_global(names: Mapping[str, Any], name: str, path: list[str], top: ast.expr) -> Found | None:
    value: Any = names.get(name)
    if issubclass(type(value), types.ModuleType | type) and path:
        holder = names_in(value)
        held = holder.get(path[0])
        stored = isinstance(top, ast.Attribute) and not isinstance(top.ctx, ast.Load) and len(path) == 1
        if stored or _is_mutable(held):
            how = "class attribute" if is_a(value, type) else "mutation"
            return f"{name}.{path[0]}", how, lambda: names_in(value).get(path[0])
        return None
    if value is None or not _is_mutable(value):
        return None
    return name, "mutation", _global(names, name)


def _of_class(cls: type, name: str) -> Found | None:
    owner = next((each for each in cls.__mro__ if name in vars(each)), None)
    if owner is None or type(vars(owner)[name]) not in _CONTAINERS:
        return None
    return f"{owner.__name__}.{name}", "class attribute", lambda: vars(owner).get(name)


def _of_default(code: types.CodeType, names: Mapping[str, Any], name: str) -> Found | None:
    function: Any = names.get(code.co_name)
    if getattr(type(function), "__holdfast_boundary__", False):
        function = function.function
    if not is_a(function, types.FunctionType) or function.__code__ is not code:
        return None
    given = function.__defaults__ or ()
    parameters = code.co_varnames[: code.co_argcount]
    defaults = dict(zip(parameters[len(parameters) - len(given) :], given, strict=True)) | (
        function.__kwdefaults__ or {}
    )
    held = defaults.get(name)
    return (name, "mutable default", lambda: held) if type(held) in _CONTAINERS else None


def _global(names: Mapping[str, Any], name: str) -> Callable[[], Any]:
    return lambda: names.get(name)


def _is_mutable(value: Any) -> bool:
    if type(value) in _CONTAINERS:
        return True
    cls = type(value)
    if cls in _FIXED or is_a(value, type) or getattr(cls, "__holdfast_boundary__", False):
        return False
    package = cls.__module__.partition(".")[0]
    return package not in ("builtins", "holdfast", "logging", "typing", "re") and _attributes(value) is not None


def _class_of(code: types.CodeType, names: Mapping[str, Any]) -> type | None:
    parts = code.co_qualname.split(".")[:-1]
    if not parts or "<locals>" in parts or not code.co_argcount:
        return None
    found: Any = names.get(parts[0])
    for part in parts[1:]:
        found = vars(found).get(part) if is_a(found, type) else None
    return found if is_a(found, type) else None
