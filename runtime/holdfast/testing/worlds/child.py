"""What runs in a shifted world's process: it imports the workflow's module there, and runs its code when it is asked.

Requests come as lines of JSON on standard input, answers go to standard output; what the code prints goes nowhere.
"""

from __future__ import annotations

import asyncio  # noqa: F401  # imported before the clocks are put in place: its own timers are not to be shifted
import concurrent.futures.thread  # noqa: F401
import importlib
import importlib.util
import logging.handlers  # noqa: F401
import multiprocessing.util  # noqa: F401
import os
import queue  # noqa: F401
import secrets  # noqa: F401
import subprocess  # noqa: F401
import sys
import tempfile  # noqa: F401
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from holdfast.testing.probing import probe
from holdfast.testing.trace import Run
from holdfast.testing.worlds import chance, clocks, host, identity, state
from holdfast.testing.worlds.world import BASE, World

_EVERYTHING = World("everything", 0, "", "")
"""Where modules are imported of which another process imports in the base world."""


class Place(msgspec.Struct, frozen=True):
    """Where a workflow's module is.

    Attributes:
        module: its name.
        path: its file.
        search: what `sys.path` holds.
    """

    module: str
    path: str
    search: tuple[str, ...]


class Request(msgspec.Struct, frozen=True):
    """Run recorded workflows in some worlds.

    Attributes:
        places: modules to import first.
        runs: what to run.
        worlds: in which worlds, in this order.
    """

    places: tuple[Place, ...]
    runs: tuple[Run, ...]
    worlds: tuple[World, ...]


class Answer(msgspec.Struct, frozen=True):
    """How the runs went.

    Attributes:
        runs: for each world, each run.
        changed: name, former and new content of what the code has changed in its modules in the base world.
        failure: why there are none.
    """

    runs: tuple[tuple[Run, ...], ...] = ()
    changed: tuple[tuple[str, str, str], ...] = ()
    failure: str = ""


class Child:
    """The state of the process.

    Args:
        shifted_imports: import modules in a world in which everything is shifted.
    """

    def __init__(self, shifted_imports: bool) -> None:
        self._shifted_imports = shifted_imports
        for module in (clocks, chance, host, identity):
            module.install()
        self._known = set(sys.modules)
        self._loaded: set[str] = set()
        self._changed: list[tuple[str, str, str]] = []

    def answer(self, request: Request) -> Answer:
        """Do what is asked."""
        try:
            for place in request.places:
                self._load(place)
            self._changed.clear()
            runs = tuple(self._in_world(world, request.runs) for world in request.worlds)
            return Answer(runs, tuple(self._changed))
        except Exception:
            return Answer(failure=traceback.format_exc())

    def _load(self, place: Place) -> None:
        if place.path in self._loaded:
            return
        sys.path[:] = place.search
        if not (self._shifted_imports and any(_loads(place, absent) for absent in host.ABSENT)):
            with _shifted(None, []):
                load(place)
        self._loaded.add(place.path)

    def _in_world(self, world: World, runs: tuple[Run, ...]) -> tuple[Run, ...]:
        modules = state.modules_since(self._known)
        if world.dimension == "forgetful":
            state.forget(modules)
        before = state.contents(modules) if world == BASE else {}
        found = []
        for run in runs:
            with _shifted(world, modules):
                found.append(probe(run, _order(world)))
        if world == BASE:
            after = state.contents(modules)
            self._changed.extend((name, was, after[name]) for name, was in before.items() if after.get(name) != was)
        return tuple(found)


def _loads(place: Place, absent: str) -> bool:
    """Whether the module can be imported in a world where all is shifted, and variables that are not set are `absent`."""
    before = set(sys.modules)
    host.absent = absent
    try:
        with _shifted(_EVERYTHING, []):
            load(place)
    except Exception:
        for name in set(sys.modules) - before:
            del sys.modules[name]
        return False
    finally:
        host.absent = host.ABSENT[0]
    return True


def load(place: Place) -> None:
    """Import the module at a place, under its name and from its file."""
    if place.module in sys.modules:
        return
    importlib.invalidate_caches()
    try:
        spec = importlib.util.find_spec(place.module)
    except (ImportError, ValueError):
        spec = None
    if spec is not None and spec.origin and Path(spec.origin).resolve() == Path(place.path).resolve():
        importlib.import_module(place.module)
        return
    spec = importlib.util.spec_from_file_location(place.module, place.path)
    if spec is None or spec.loader is None:
        raise ImportError(f"the module `{place.module}` cannot be imported from {place.path}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[place.module] = module
    spec.loader.exec_module(module)


def _order(world: World) -> int:
    """Return the order of ready tasks: reversed in the first variant, shuffled in the others."""
    if world.dimension != "order":
        return 0
    return world.variant or -1


@contextmanager
def _shifted(world: World | None, modules: list[Any]) -> Iterator[None]:
    """Be in a world while the block runs; in the base world without one."""
    dimension, variant = ("base", 0) if world is None else (world.dimension, world.variant)
    everything = world is _EVERYTHING

    def which(name: str) -> int | None:
        return variant if dimension == name or everything else None

    clocks.hands.set(which("clock"))
    chance.shift(which("entropy"), which("identifier"))
    identity.shift(dimension == "hash" or everything, dimension == "identity" or everything)
    host.shift(which("environment"), which("host"), which("timezone"), dimension == "locale" or everything, everything)
    try:
        if dimension == "state":
            with state.other_state(modules):
                yield
        elif dimension == "context":
            with state.other_context(modules):
                yield
        else:
            yield
    finally:
        host.shift(None, None, None, False)


def serve(requests: BinaryIO, answers: BinaryIO, child: Child) -> None:
    """Answer requests until there are none."""
    decoder, encoder = msgspec.json.Decoder(Request), msgspec.json.Encoder()
    for line in requests:
        answers.write(encoder.encode(child.answer(decoder.decode(line))) + b"\n")
        answers.flush()


def _ballast() -> list[Any]:
    """Return objects that take the places in memory which the first process gives to others."""
    return [bytearray(size) for size in range(1, 512, 8) for _ in range(400)]


def main() -> None:
    """Run the process: `child.py plain|ballast|import`."""
    kind = sys.argv[1]
    held = _ballast() if kind == "ballast" else []
    answers = os.fdopen(os.dup(1), "wb")
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    serve(sys.stdin.buffer, answers, Child(kind == "import"))
    del held


if __name__ == "__main__":
    main()
