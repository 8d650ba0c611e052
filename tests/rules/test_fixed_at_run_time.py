"""A BAD program that `--fix` has mended replays: whatever crashes, and in whatever world it is resumed."""

import pytest
from fixing import codes, fixed
from program_runs import arguments, cases, load, workflows

from holdfast.testing import assert_replayable
from holdfast_rules.registry import RULES

MENDED = [
    pytest.param(name, after, id=name)
    for rule in RULES
    if rule.fix
    for name, source in cases("bad", rule)
    if (after := fixed(source)) != source and not codes(after)
]


def test_programs_of_each_kind_of_fix_are_among_them():
    assert {name[:6] for name, _ in (one.values for one in MENDED)} == {rule.code.lower() for rule in RULES if rule.fix}


@pytest.mark.parametrize(("name", "source"), MENDED)
def test_a_mended_program_replays(name, source, tmp_path):
    for workflow in workflows(load(f"{name}_mended", source, tmp_path)):
        assert_replayable(workflow, *arguments(workflow, tmp_path))
