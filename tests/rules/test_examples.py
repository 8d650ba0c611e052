"""Each rule's cases are its tests: BAD is flagged by exactly that rule, GOOD by none."""

import pytest

from holdfast_analyzer import check_source
from holdfast_rules.registry import RULES
from holdfast_rules.rule import Rule


def cases(kind: str) -> list[object]:
    return [
        pytest.param(rule, source, id=f"{rule.code}-{kind}-{number}")
        for rule in RULES
        for number, source in enumerate(getattr(rule, kind), start=1)
    ]


def flagged(rule: Rule, source: str) -> dict[str, list[str]]:
    """Return code → messages of the findings that no comment silences; with the rule on, even if it is opt-in."""
    path = f"{rule.name.replace('-', '_')}.py"
    report = check_source(source, path=path, select=("DUR", rule.code), base=rule.base.get(source))
    assert report.errors == ()
    assert report.units, "the case holds no workflow"
    found: dict[str, list[str]] = {}
    for finding in report.findings:
        if finding.suppressed is None:
            found.setdefault(finding.code, []).append(f"{finding.line}: {finding.message}")
    return found


@pytest.mark.parametrize(("rule", "source"), cases("bad"))
def test_a_bad_case_is_flagged_by_exactly_its_rule(rule: Rule, source: str) -> None:
    found = flagged(rule, source)
    assert set(found) == {rule.code}, found


@pytest.mark.parametrize(("rule", "source"), cases("good"))
def test_a_good_case_is_flagged_by_no_rule(rule: Rule, source: str) -> None:
    assert flagged(rule, source) == {}
