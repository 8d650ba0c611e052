"""The fingerprint of a unit: what its code does, without what formatting and comments say.

The hash of the normalised source of a function and of the project's functions and classes that it reaches by name
outside steps. A step, a transaction or a child workflow marks itself with `__holdfast_boundary__`: only its name counts.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import sys
import sysconfig
import textwrap
import types
from collections.abc import Callable, Iterator
from typing import Any, Final

_BYTES: Final = 12
_INSTALLED: Final = tuple(
    {path for name in ("stdlib", "platstdlib", "purelib", "platlib") if (path := sysconfig.get_paths().get(name))}
)


def fingerprint(function: Callable[..., Any]) -> str:
    """Return the fingerprint of `function`, in hexadecimal.

    Two versions of the code have the same one exactly when their syntax trees, without docstrings and positions, and
    those of everything they reach are the same. Code without source (typed into a shell) is fingerprinted by its
    bytecode, which differs between releases of Python.
    """
    parts: dict[str, str] = {}
    _collect(function, parts)
    text = "\n".join(f"{name}\n{parts[name]}" for name in sorted(parts))
    return hashlib.blake2b(text.encode(errors="backslashreplace"), digest_size=_BYTES).hexdigest()


def _collect(target: Any, parts: dict[str, str]) -> None:
    name = f"{target.__module__}.{target.__qualname__}"
    if name in parts:
        return
    tree = _tree(target)
    if tree is None:
        parts[name] = _bytecode(target)
        return
    parts[name] = ast.dump(_normalised(tree), annotate_fields=False)
    namespace = _namespace(target)
    for path in sorted(set(_names(tree))):
        found = _resolve(path, namespace)
        if getattr(found, "__holdfast_boundary__", False):
            parts.setdefault(f"-> {getattr(found, 'name', path)}", "")
        elif _is_own(found):
            _collect(found, parts)


def _tree(target: Any) -> ast.AST | None:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(target)))
    except (OSError, TypeError, SyntaxError):
        return None


def _bytecode(target: Any) -> str:
    code = getattr(target, "__code__", None)
    return "" if code is None else f"{code.co_code.hex()} {code.co_consts!r} {code.co_names!r}"


def _normalised(tree: ast.AST) -> ast.AST:
    """Take away what does not change behaviour: docstrings, decorators' arguments of no effect, type comments."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.body:
            first = node.body[0]
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                node.body = node.body[1:] or [ast.Pass()]
    top = tree.body[0] if isinstance(tree, ast.Module) and tree.body else None
    if isinstance(top, ast.FunctionDef | ast.AsyncFunctionDef):
        # What the decorator is told (examples, a timeout) is not what the function does.
        top.decorator_list = []
    return tree


def _names(tree: ast.AST) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield (node.id,)
        elif isinstance(node, ast.Attribute):
            path = [node.attr]
            inner: ast.AST = node.value
            while isinstance(inner, ast.Attribute):
                path.append(inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name):
                yield (inner.id, *reversed(path))


def _namespace(target: Any) -> dict[str, Any]:
    if isinstance(target, type):
        module = sys.modules.get(target.__module__)
        return {} if module is None else dict(vars(module))
    function = inspect.unwrap(target)
    names = dict(getattr(function, "__globals__", {}))
    code = getattr(function, "__code__", None)
    for name, cell in zip(code.co_freevars if code else (), getattr(function, "__closure__", None) or (), strict=False):
        try:
            names[name] = cell.cell_contents
        except ValueError:
            continue  # not bound yet
    return names


def _resolve(path: tuple[str, ...], namespace: dict[str, Any]) -> Any:
    found = namespace.get(path[0])
    for name in path[1:]:
        # Only through modules and classes: an attribute of an instance may be computed.
        if not isinstance(found, types.ModuleType | type):
            return None
        found = inspect.getattr_static(found, name, None)
        if isinstance(found, staticmethod | classmethod):
            found = found.__func__
    return found


def _is_own(target: Any) -> bool:
    """Whether `target` is a function or class of the project: its file lies neither in the library nor in site-packages."""
    if not isinstance(target, types.FunctionType | type):
        return False
    if target.__module__ == "holdfast" or target.__module__.startswith(("holdfast.", "holdfast_rules.")):
        return False
    module = sys.modules.get(target.__module__)
    file = getattr(module, "__file__", None)
    return file is not None and not file.startswith(_INSTALLED)
