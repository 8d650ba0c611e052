"""The catalogue's meta-proof, second half: what the rules say that run time catches, the determinism tests catch.

Every BAD program of every rule that is enforced at run time is run under guard, replay and shifted worlds, and must be
caught under that rule's code; where the rule says that replays or shifted worlds show it, with the guard off as well.
No GOOD program may be caught.
"""

from pathlib import Path

import pytest
from program_runs import TEXTS, arguments, cases, load, place, workflows

from holdfast.errors import NotAWorkflow
from holdfast.testing import NotReplayable, assert_replayable
from holdfast_rules.registry import RULES
from holdfast_rules.rule import Enforcement, Rule

# Rules about changes need two programs: see `test_changes_at_run_time.py`.
ENFORCED = [rule for rule in RULES if rule.enforced_by and not rule.base]
DIFFERS = {Enforcement.REPLAY, Enforcement.SHIFT}


__all__ = ["place"]


def by_code(rule: Rule) -> str:
    return rule.code


def caught(name: str, source: str, folder: Path, *, guard: bool) -> set[str]:
    """Return the codes under which a program's workflows are caught."""
    try:
        module = load(name, source, folder)
    except NotAWorkflow:
        return {"DUR509"}
    found = set()
    for workflow in workflows(module):
        for text in TEXTS:
            try:
                assert_replayable(workflow, *arguments(workflow, folder, text), guard=guard)
            except NotReplayable as failure:
                found.add(failure.code)
                break
    return found


@pytest.mark.filterwarnings("ignore:coroutine")
@pytest.mark.parametrize("rule", ENFORCED, ids=by_code)
def test_bad_programs_are_caught_under_their_code(rule: Rule, place: Path) -> None:
    found = {name: caught(name, source, place, guard=True) for name, source in cases("bad", rule)}
    assert found == {name: {rule.code} for name in found}


@pytest.mark.filterwarnings("ignore:coroutine")
@pytest.mark.parametrize("rule", [rule for rule in ENFORCED if rule.enforced_by & DIFFERS], ids=by_code)
def test_replays_in_shifted_worlds_show_them_without_the_guard(rule: Rule, place: Path) -> None:
    found = {
        f"{name}_alone": caught(f"{name}_alone", source, place, guard=False) for name, source in cases("bad", rule)
    }
    assert found == {name: {rule.code} for name in found}


@pytest.mark.parametrize("rule", ENFORCED, ids=by_code)
def test_good_programs_pass(rule: Rule, place: Path) -> None:
    found = {name: caught(name, source, place, guard=True) for name, source in cases("good", rule)}
    assert found == {name: set() for name in found}
