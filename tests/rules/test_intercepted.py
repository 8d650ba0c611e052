"""The catalogue's meta-proof, first half: what a rule says that the guard intercepts, it intercepts.

Each BAD program of such a rule is run under the guard and must yield an interception with the rule's code before the
hazard has had its effect; no GOOD program of any rule may yield one.
"""

import time
import types
from collections.abc import Callable
from pathlib import Path

import program_runs
import pytest
from program_runs import TEXTS, place

from holdfast import Engine, State, Workflow
from holdfast.guard import Guard, Interception
from holdfast_rules.registry import RULES
from holdfast_rules.rule import Enforcement, Rule

__all__ = ["place"]

LOOKS = 250
"""How often a run is looked at before it is taken for one that never ends, as some are made to."""


def cases(kind: str, only: Callable[[Rule], bool] = lambda rule: True) -> list[object]:
    return [
        pytest.param(rule, source, id=f"{rule.code}-{kind}-{number}")
        for rule in RULES
        if only(rule)
        for number, source in enumerate(getattr(rule, kind), start=1)
    ]


@pytest.fixture
def load(place: Path) -> Callable[[str], types.ModuleType]:
    """Import a program from a folder of its own, where it also runs."""
    return lambda source: program_runs.load(f"program_{abs(hash((source, str(place))))}", source, place)


def intercepted(module: types.ModuleType, folder: Path) -> list[Interception]:
    """Run each workflow of a module under the guard, until it ends or waits."""
    found: list[Interception] = []
    workflows = {each.name: each for each in vars(module).values() if isinstance(each, Workflow)}
    assert workflows, "the program holds no workflow"
    for text in TEXTS:
        guard = Guard("raise", report=found.append, thorough=True)
        with Engine("sqlite:///:memory:", guard=guard, suspend_after=0.01, drain=1.0) as engine:
            for workflow in workflows.values():
                handle = engine.start(workflow, *program_runs.arguments(workflow, folder, text))
                for _ in range(LOOKS):
                    if handle.state not in (State.RUNNING, State.QUEUED):
                        break
                    time.sleep(0.002)
                else:
                    engine.cancel(handle.id)
    return found


@pytest.mark.parametrize(("rule", "source"), cases("bad", lambda rule: Enforcement.INTERCEPT in rule.enforced_by))
def test_the_guard_intercepts_a_bad_case(
    rule: Rule, source: str, load: Callable[[str], types.ModuleType], tmp_path: Path
) -> None:
    found = intercepted(load(source), tmp_path)
    assert {each.code for each in found} == {rule.code}, [str(each) for each in found]


@pytest.mark.parametrize(("rule", "source"), cases("good"))
def test_the_guard_lets_a_good_case_pass(
    rule: Rule, source: str, load: Callable[[str], types.ModuleType], tmp_path: Path
) -> None:
    assert [str(each) for each in intercepted(load(source), tmp_path)] == []
