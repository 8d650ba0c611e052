"""Runs the BAD and GOOD programs of the rules: each is a whole module, imported from a file of its own."""

from __future__ import annotations

import importlib.util
import inspect
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from holdfast.declare import Workflow, registered
from holdfast.declare.definition import Definition
from holdfast.declare.registry import unregister
from holdfast_rules.rule import Rule

_MOMENT = 1_704_067_200.0  # 2024-01-01 00:00 UTC: in most timezones another hour, in half of them another year

_BY_TYPE: dict[Any, Any] = {
    str: "o-1",
    int: 3,
    float: _MOMENT,
    list[str]: ["kiwi", "fig", "plum", "lime", "pear"],
    set[str]: {"kiwi", "fig", "plum", "lime", "pear"},
    frozenset[str]: frozenset({"kiwi", "fig", "plum", "lime", "pear"}),
    list[int]: [3, 4, 5],
    dict[str, int]: {"eur": 100},
}
_BY_NAME = {"cents": "1200", "price": "12.00", "url": "https://example.com/orders", "draft": "kiwi"}
_LISTS = {"missing": ["fig", "lime"]}


def cases(kind: str, rule: Rule) -> list[tuple[str, str]]:
    """Return (name, source) of a rule's BAD or GOOD programs."""
    sources = rule.bad if kind == "bad" else rule.good
    return [
        (f"{rule.code.lower()}_{rule.name.replace('-', '_')}_{kind}_{number}", source)
        for number, source in enumerate(sources, start=1)
    ]


def load(name: str, source: str, folder: Path) -> ModuleType:
    """Import a program as a module called `name`, from a file in `folder`."""
    path = folder / f"{name}.py"
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def workflows(module: ModuleType) -> Iterator[Workflow[Any, Any]]:
    """Yield the workflows that a program declares."""
    yield from (each for each in registered().values() if each.function.__module__ == module.__name__)


def arguments(workflow: Workflow[Any, Any], folder: Path, text: str = "o-1") -> tuple[Any, ...]:
    """Return arguments that let a program do what it is about; a `folder` is one with files in it, a text is `text`."""
    given: list[Any] = []
    signature = inspect.signature(workflow.function, eval_str=True)
    for parameter in signature.parameters.values():
        if parameter.name == "self":
            assert workflow.owner is not None
            given.append(workflow.owner())
        elif parameter.name == "folder":
            given.append(str(_files(folder)))
        elif parameter.name in _LISTS:
            given.append(_LISTS[parameter.name])
        elif parameter.annotation is str:
            given.append(_BY_NAME.get(parameter.name, text))
        else:
            given.append(_BY_TYPE[parameter.annotation])
    return tuple(given)


def _files(folder: Path) -> Path:
    inbox = folder / "inbox"
    inbox.mkdir(exist_ok=True)
    for name in ("a.xml", "b.xml", "c.xml", "d.xml"):
        (inbox / name).touch()
    return inbox


def steps(module: ModuleType) -> Iterator[Definition[Any, Any]]:
    """Yield the steps at the module's level."""
    yield from (each for each in vars(module).values() if isinstance(each, Definition) and each.kind != "workflow")


TEXTS = ("o-1", "")
"""The texts that a program is run with, in turn: some look only at one of them."""

CLIENTS = {
    "openai": """
class Responses:
    output_text = "text"

    def create(self, **options):
        return self


class OpenAI:
    def __init__(self):
        self.responses = Responses()
""",
    "anthropic": """
class Messages:
    async def create(self, **options):
        return self


class AsyncAnthropic:
    def __init__(self):
        self.messages = Messages()
""",
}
"""Stand-ins for SDKs of which all that matters is what their classes are called."""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder where programs run; nothing leaves the machine."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise socket.gaierror("no network in tests")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOP_REGION", "eu")
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, text in CLIENTS.items():
        (tmp_path / f"{name}.py").write_text(text)
    before, known = set(sys.modules), set(registered())
    yield tmp_path
    for name in set(sys.modules) - before:
        if name.startswith(("dur", "program_")) or name in CLIENTS:
            del sys.modules[name]
    for name in set(registered()) - known:
        unregister(name)
