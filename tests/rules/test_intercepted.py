"""The catalogue's meta-proof, first half: what a rule says that the guard intercepts, it intercepts.

Each BAD program of such a rule is run under the guard and must yield an interception with the rule's code before the
hazard has had its effect; no GOOD program of any rule may yield one.
"""

import importlib.util
import inspect
import socket
import sys
import time
import types
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from holdfast import Engine, State, Workflow
from holdfast.guard import Guard, Interception
from holdfast_rules.registry import RULES
from holdfast_rules.rule import Enforcement, Rule

TEXTS = ("o-1", "")
"""The texts that a program is run with, in turn: some look only at one of them."""

LOOKS = 250
"""How often a run is looked at before it is taken for one that never ends, as some are made to."""

CLIENTS = {
    "openai": """
class Responses:
    def create(self, **options):
        return self

    output_text = "text"

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


def cases(kind: str, only: Callable[[Rule], bool] = lambda rule: True) -> list[object]:
    return [
        pytest.param(rule, source, id=f"{rule.code}-{kind}-{number}")
        for rule in RULES
        if only(rule)
        for number, source in enumerate(getattr(rule, kind), start=1)
    ]


def value_of(annotation: Any, text: str) -> Any:
    """Return a value that fits an annotation."""
    origin = typing.get_origin(annotation)
    if origin in (list, tuple, set):
        return origin([value_of(typing.get_args(annotation)[0], text)])
    if origin is dict:
        return {text: value_of(typing.get_args(annotation)[1], text)}
    if origin in (typing.Union, types.UnionType):
        return value_of(typing.get_args(annotation)[0], text)
    return {str: text, int: 3, float: 2.0, bool: True, bytes: b"x"}.get(annotation, text)


def arguments(workflow: Workflow[Any, Any], text: str) -> list[Any]:
    parameters = inspect.signature(workflow.function).parameters.values()
    hints = typing.get_type_hints(workflow.function)
    return [value_of(hints.get(each.name, str), text) for each in parameters if each.default is each.empty]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], types.ModuleType]]:
    """Import a program from a folder of its own, where it also runs; nothing leaves the machine."""

    def refuse(*_: Any, **__: Any) -> Any:
        raise socket.gaierror("no network in tests")

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHOP_REGION", "eu")
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    for name, text in CLIENTS.items():
        (tmp_path / f"{name}.py").write_text(text)

    def load(source: str) -> types.ModuleType:
        path = tmp_path / "program.py"
        path.write_text(source)
        spec = importlib.util.spec_from_file_location(f"program_{abs(hash((source, str(tmp_path))))}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
        return module

    yield load
    for name in set(sys.modules) - before:
        if name.startswith("program_") or name in CLIENTS:
            del sys.modules[name]


def intercepted(module: types.ModuleType) -> list[Interception]:
    """Run each workflow of a module under the guard, until it ends or waits."""
    found: list[Interception] = []
    workflows = {each.name: each for each in vars(module).values() if isinstance(each, Workflow)}
    assert workflows, "the program holds no workflow"
    for text in TEXTS:
        guard = Guard("raise", report=found.append, thorough=True)
        with Engine("sqlite:///:memory:", guard=guard, suspend_after=0.01, drain=1.0) as engine:
            for workflow in workflows.values():
                handle = engine.start(workflow, *arguments(workflow, text))
                for _ in range(LOOKS):
                    if handle.state not in (State.RUNNING, State.QUEUED):
                        break
                    time.sleep(0.002)
                else:
                    engine.cancel(handle.id)
    return found


@pytest.mark.parametrize(("rule", "source"), cases("bad", lambda rule: Enforcement.INTERCEPT in rule.enforced_by))
def test_the_guard_intercepts_a_bad_case(rule: Rule, source: str, load: Callable[[str], types.ModuleType]) -> None:
    found = intercepted(load(source))
    assert {each.code for each in found} == {rule.code}, [str(each) for each in found]


@pytest.mark.parametrize(("rule", "source"), cases("good"))
def test_the_guard_lets_a_good_case_pass(rule: Rule, source: str, load: Callable[[str], types.ModuleType]) -> None:
    assert [str(each) for each in intercepted(load(source))] == []
