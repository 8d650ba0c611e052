"""The modules that a subcommand is given, and what they declare."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import click

from holdfast.declare import registered
from holdfast.values import Codec

F = TypeVar("F", bound=Callable[..., Any])

_CODEC = click.option(
    "--codec", "codec_name", default=None, metavar="MODULE:NAME", help="The codec that the engines were given."
)


def codec_option(command: F) -> F:
    """Give `command` the option `--codec`."""
    return _CODEC(command)


def load_workflows(modules: Sequence[str]) -> None:
    """Import `modules`, dotted names from the current folder or the path, as a worker does.

    Raises:
        ClickException: one is not there, or none declares a workflow.
    """
    for module in modules:
        _load(module)
    if not registered():
        raise click.ClickException(f"{', '.join(modules)} declare no workflow with `@holdfast.workflow`")


def load_codec(name: str | None) -> Codec | None:
    """Return the codec that `MODULE:NAME` names: an object, or a class or function that gives one without arguments."""
    if name is None:
        return None
    module, _, attribute = name.partition(":")
    found = getattr(_load(module), attribute, None)
    if isinstance(found, type) or (found is not None and not hasattr(found, "encode")):
        found = found()
    if found is None:
        raise click.ClickException(f"`--codec {name}` names no codec; give it as `MODULE:NAME`")
    return cast(Codec, found)


def _load(module: str) -> Any:
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    try:
        return importlib.import_module(module)
    except Exception as error:
        if isinstance(error, ModuleNotFoundError) and error.name is not None and module.startswith(error.name):
            text = (
                f"there is no module {module!r} in {os.getcwd()} or on the path; give dotted names, as in `shop.orders`"
            )
        else:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{frame.filename}:{frame.lineno}"
            text = f"importing {module!r} raised {type(error).__name__} at {place}: {error}"
        raise click.ClickException(text) from error
