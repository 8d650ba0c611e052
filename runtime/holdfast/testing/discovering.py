"""Finds the workflows that files declare, by importing those that may."""

from __future__ import annotations

import importlib
import inspect
import sys
from pathlib import Path
from typing import Any

from holdfast.declare import Workflow, registered


def may_declare(path: Path) -> bool:
    """Whether a file names Holdfast and a workflow at all; what does not is not imported."""
    try:
        text = path.read_bytes()
    except OSError:
        return False
    return b"holdfast" in text and b"workflow" in text


def module_name(path: Path) -> tuple[str, Path]:
    """Return the dotted name of the module in `path`, and the folder that it is imported from."""
    parts = [] if path.name == "__init__.py" else [path.stem]
    folder = path.resolve().parent
    while (folder / "__init__.py").is_file():
        parts.append(folder.name)
        folder = folder.parent
    return ".".join(reversed(parts)), folder


def workflows_in(path: Path) -> list[Workflow[Any, Any]]:
    """Import the module in `path`, unless it is, and return the workflows that it declares, in the order of their lines.

    A test module that pytest has imported under another name is not imported again.
    """
    path = path.resolve()
    if not any(_is(module, path) for module in list(sys.modules.values())):
        name, folder = module_name(path)
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
        importlib.import_module(name)
    found = [each for each in registered().values() if _declared_in(each, path)]
    return sorted(found, key=lambda each: each.function.__code__.co_firstlineno)


def _is(module: Any, path: Path) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and file.endswith(path.name) and Path(file).resolve() == path


def _declared_in(workflow: Workflow[Any, Any], path: Path) -> bool:
    function = inspect.unwrap(workflow.function)
    return Path(function.__code__.co_filename).resolve() == path
