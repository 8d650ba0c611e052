"""What modules keep between runs: names that some function changes, context variables, caches."""

from __future__ import annotations

import ast
import functools
import gc
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import FunctionType, ModuleType
from typing import Any, Final

_CHANGES: Final = frozenset(
    "append appendleft add extend insert remove pop popitem popleft clear update setdefault discard sort reverse".split()
)
"""Methods that change the built-in container they are called on."""


_LARGE: Final = 10_000
"""Items from which on only the size of a container is looked at: to look at tables again and again would take long."""


def changed_names(module: ModuleType) -> set[str]:
    """Return the module-level names that some function of `module` assigns to or changes in place."""
    try:
        tree = ast.parse(inspect.getsource(module))
    except (OSError, TypeError, SyntaxError):
        return set()
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            found |= _changed_in(node)
    return found & set(vars(module))


def _changed_in(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    declared = {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
    arguments = {each.arg for node in ast.walk(function) if isinstance(node, ast.arguments) for each in _all(node)}
    stored = {node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    own = (arguments | stored) - declared
    touched = {name for node in ast.walk(function) if (name := _root_of_change(node)) is not None}
    return (declared & stored) | (touched - own)


def _all(arguments: ast.arguments) -> Iterator[ast.arg]:
    yield from (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    yield from (each for each in (arguments.vararg, arguments.kwarg) if each is not None)


def _root_of_change(node: ast.AST) -> str | None:
    """Return the name whose object `node` changes in place, if it does: `rates` of `rates["eur"] = 1`."""
    target: ast.AST | None = None
    if isinstance(node, (ast.Subscript, ast.Attribute)) and isinstance(node.ctx, (ast.Store, ast.Del)):
        target = node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGES:
        target = node.func.value
    while isinstance(target, (ast.Subscript, ast.Attribute)):
        target = target.value
    return target.id if isinstance(target, ast.Name) else None


def kind_of(value: Any, *kinds: type) -> bool:
    """Return whether `value` is of one of `kinds`, without asking it: a proxy in a module's globals answers for another."""
    return issubclass(type(value), kinds)


def other_value(value: Any) -> Any:
    """Return another value of the same type, or `value` where none is known."""
    if value is None or isinstance(value, (bool, int, float, str, bytes)):
        return _other_scalar(value)
    if isinstance(value, dict):
        return {key: other_value(each) for key, each in value.items()} or {"shifted": "shifted"}
    if isinstance(value, (list, tuple)):
        return type(value)(map(other_value, value)) if value else type(value)(("shifted",))
    if isinstance(value, (set, frozenset)):
        return type(value)({*value, "shifted"})
    return value


def _other_scalar(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, bytes):
        return value + b"-shifted"
    return "shifted" if value is None else f"{value}-shifted"


@contextmanager
def other_state(modules: list[ModuleType]) -> Iterator[None]:
    """Give every module-level name that some function changes another value while the block runs."""
    undo: list[Callable[[], None]] = []
    try:
        for module in modules:
            for name in sorted(changed_names(module)):
                value = vars(module)[name]
                if kind_of(value, dict, list, set):
                    undo.append(_refill(value, other_value(value)))
                else:
                    undo.append(functools.partial(setattr, module, name, value))
                    setattr(module, name, other_value(value))
        yield
    finally:
        for each in reversed(undo):
            each()


def _refill(container: Any, contents: Any) -> Callable[[], None]:
    """Change a container in place, since others may hold it; return what undoes that."""
    former = type(container)(container)

    def fill(values: Any) -> None:
        container.clear()
        container.extend(values) if isinstance(container, list) else container.update(values)

    fill(contents)
    return functools.partial(fill, former)


@contextmanager
def other_context(modules: list[ModuleType]) -> Iterator[None]:
    """Give every context variable that a module holds another value while the block runs."""
    tokens = []
    for module in modules:
        for value in list(vars(module).values()):
            if kind_of(value, ContextVar):
                tokens.append((value, value.set(other_value(value.get(None)))))
    try:
        yield
    finally:
        for variable, token in reversed(tokens):
            variable.reset(token)


def contents(modules: list[ModuleType]) -> dict[str, str]:
    """Return what modules keep, as text by name: their variables, their classes' attributes, default arguments."""
    found: dict[str, str] = {}
    for module in modules:
        for name, value in list(vars(module).items()):
            if kind_of(value, type) and value.__module__ == module.__name__:
                for attribute, held in list(vars(value).items()):
                    _keep(found, f"{module.__name__}.{name}.{attribute}", held)
            elif kind_of(value, FunctionType) and value.__module__ == module.__name__:
                _keep(found, f"the default arguments of {module.__name__}.{name}", value.__defaults__)
            else:
                _keep(found, f"{module.__name__}.{name}", value)
    return found


def _keep(found: dict[str, str], name: str, value: Any) -> None:
    if name.endswith("__") or callable(value) or kind_of(value, ModuleType, property, classmethod, staticmethod):
        return
    if kind_of(value, dict, list, set, tuple, frozenset) and len(value) > _LARGE:
        found[name] = f"{len(value)} items"
        return
    try:
        found[name] = repr(value)
    except Exception as error:
        found[name] = type(error).__name__  # as long as it goes on to fail in that way, nothing has changed


def forget(modules: list[ModuleType]) -> None:
    """Empty the caches of `functools` that the modules' functions and objects have filled."""
    names = {module.__name__ for module in modules}
    for each in gc.get_objects():
        if kind_of(each, functools._lru_cache_wrapper):
            if each.__module__ in names:
                each.cache_clear()
        elif type(each).__module__ in names and isinstance(getattr(each, "__dict__", None), dict):
            for name in list(vars(each)):
                if isinstance(getattr(type(each), name, None), functools.cached_property):
                    del vars(each)[name]


def modules_since(known: set[str]) -> list[ModuleType]:
    """Return the modules of the project that were imported since `known` was all there was."""
    found = []
    for name, module in list(sys.modules.items()):
        path = getattr(module, "__file__", None)
        if name not in known and path and "site-packages" not in path and not path.startswith(sys.base_prefix):
            found.append(module)
    return found
