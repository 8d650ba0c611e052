"""What holds for every rule: names, documentation, examples that parse."""

import ast
import importlib
import re

import pytest

from holdfast_rules.effect import Effect
from holdfast_rules.registry import RULES
from holdfast_rules.rule import FAMILIES, Rule

every_rule = pytest.mark.parametrize("rule", RULES, ids=[rule.code for rule in RULES])

SENTENCES = re.compile(r"[A-Z`].*[.]", re.DOTALL)


@every_rule
def test_code_and_name_follow_the_convention(rule: Rule) -> None:
    assert re.fullmatch(r"DUR[1-79]\d\d", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert rule.code[3] in FAMILIES


@every_rule
def test_a_rule_is_one_module_of_its_family_named_like_the_rule(rule: Rule) -> None:
    module = importlib.import_module(f"holdfast_rules.{rule.family}.{rule.name.replace('-', '_')}")
    assert module.RULE is rule
    assert (module.__doc__ or "").startswith(f"{rule.code}: ")


@every_rule
def test_a_rule_explains_itself(rule: Rule) -> None:
    assert rule.summary
    assert not rule.summary.endswith(".")
    assert rule.summary[0].islower() or rule.summary[0] in "`" or rule.summary.startswith("SQL")
    for text in (rule.why, rule.remedy):
        assert SENTENCES.fullmatch(text), text
        assert text.count("`") % 2 == 0
    assert len(rule.summary) <= 120
    assert rule.why != rule.remedy


@every_rule
def test_a_rule_has_exactly_one_check(rule: Rule) -> None:
    assert (rule.check is None) != (rule.check_suppressions is None)


@every_rule
def test_a_rule_has_two_or_more_cases_of_each_kind(rule: Rule) -> None:
    assert len(rule.bad) >= 2
    assert len(rule.good) >= 2
    cases = (*rule.bad, *rule.good)
    assert len(set(cases)) == len(cases)


@every_rule
def test_cases_are_whole_modules_for_holdfast(rule: Rule) -> None:
    for case in (*rule.bad, *rule.good):
        tree = ast.parse(case)
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert "holdfast" in imported
        assert "@workflow" in case
        assert case.endswith("\n")
        assert max(map(len, case.splitlines())) <= 120


def test_every_effect_is_reported_by_a_rule_of_its_name() -> None:
    # Drift of floating-point results between machines is only advisory: no rule reports it.
    effects = {effect.value for effect in Effect} - {Effect.NUMERIC_DRIFT.value}
    assert effects <= {rule.name for rule in RULES}
