"""The rules' own programs: what can be fixed is no longer found afterwards, and nothing new is."""

import ast

import pytest
from fixing import codes, fixed, fixes_of

from holdfast_rules.fixes import Safety
from holdfast_rules.registry import RULES

PROGRAMS = [
    pytest.param(rule, program, id=f"{rule.code}-{number}")
    for rule in RULES
    for number, program in enumerate(rule.bad)
    if not rule.base and rule.check is not None
]


@pytest.mark.parametrize(("rule", "program"), PROGRAMS)
def test_a_fix_mends_its_finding_and_breaks_nothing(rule, program):
    offered = [fix for fix in fixes_of(program) if fix is not None]
    for fix in offered:
        assert rule.fix, f"{rule.code} has fixes and its page does not say so"
        assert fix.edits
    safe = [fix for fix in offered if fix.safety is Safety.SAFE]
    after = fixed(program)
    assert (after != program) == bool(safe)
    ast.parse(after)
    assert len(codes(after)) == len(codes(program)) - len(safe)
    assert set(codes(after)) <= set(codes(program))


@pytest.mark.parametrize(("rule", "program"), PROGRAMS)
def test_with_unsafe_fixes_nothing_new_is_found_either(rule, program):
    offered = [fix for fix in fixes_of(program) if fix is not None]
    after = fixed(program, unsafe=True)
    ast.parse(after)
    assert (after != program) == bool(offered)
    assert len(codes(after)) <= len(codes(program)) - len(offered)
    assert set(codes(after)) <= set(codes(program))


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.fix], ids=lambda rule: rule.code)
def test_a_rule_that_says_it_has_a_fix_has_one(rule):
    assert any(fix is not None for program in rule.bad for fix in fixes_of(program))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_good_programs_stay_as_they_are(rule):
    for program in rule.good:
        assert fixed(program, unsafe=True) == program
