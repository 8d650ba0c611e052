"""The catalogue's meta-proof for rules about changes: runs that the old program began do not fit the new one."""

from pathlib import Path

import pytest
from program_runs import arguments, cases, load, workflows

from holdfast import Engine
from holdfast_rules.registry import RULES
from holdfast_rules.rule import Rule

CHANGES = [rule for rule in RULES if rule.base]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def differences(name: str, before: str, after: str, folder: Path) -> list[str | None]:
    """Record a run of each workflow of one program, and return what is different when the other one replays it.

    A workflow that its author has given another version never meets the old runs: nothing differs.
    """
    with Engine("sqlite:///:memory:", any_version=True) as engine:
        found = []
        for number, old in enumerate(list(workflows(load(name, before, folder)))):
            engine.run(old, *arguments(old, folder), id=f"{name}-{number}")
            module = load(name, after, folder)
            new = next(each for each in workflows(module) if each.name == old.name)
            found.append(engine.replay(f"{name}-{number}") if new.own_version == old.own_version else None)
        return found


@pytest.mark.parametrize("rule", CHANGES, ids=lambda rule: rule.code)
def test_bad_changes_get_stuck(rule: Rule, place: Path) -> None:
    for name, source in cases("bad", rule):
        found = differences(name, rule.base[source], source, place)
        assert found
        assert all(found), source


@pytest.mark.parametrize("rule", CHANGES, ids=lambda rule: rule.code)
def test_good_changes_do_not(rule: Rule, place: Path) -> None:
    for name, source in cases("good", rule):
        found = differences(name, rule.base[source], source, place)
        assert found
        assert not any(found), (source, found)


@pytest.mark.parametrize("rule", CHANGES, ids=lambda rule: rule.code)
def test_every_program_has_one_that_it_is_compared_to(rule: Rule) -> None:
    assert set(rule.base) == {*rule.bad, *rule.good}
    assert all(before != after for after, before in rule.base.items())
