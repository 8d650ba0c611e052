"""A BAD program that `--fix` has mended replays: whatever crashes, and in whatever world it is resumed."""

import pytest
from fixing import codes, fixed
from program_runs import arguments, cases, load, workflows

from holdfast.testing import assert_replayable
from holdfast_rules.registry import RULES

SAFE = [rule for rule in RULES if rule.fix.startswith("safe")]
EXTRACTED = [rule for rule in RULES if rule.code in ("DUR101", "DUR102", "DUR105")]
"""Rules whose steps, once extracted, reach nothing outside of the machine."""


def mended(rules, *, unsafe: bool):
    """Return (name, source) of the BAD programs of which nothing is found once they are fixed."""
    return [
        pytest.param(name, after, id=f"{name}-{'unsafe' if unsafe else 'safe'}")
        for rule in rules
        for name, source in cases("bad", rule)
        if (after := fixed(source, unsafe=unsafe)) != source and not codes(after)
    ]


MENDED = mended(SAFE, unsafe=False)
WITH_STEPS = mended(EXTRACTED, unsafe=True)


def test_programs_of_each_rule_are_among_them():
    for rules, programs in ((SAFE, MENDED), (EXTRACTED, WITH_STEPS)):
        assert {name[:6] for name, _ in (one.values for one in programs)} == {rule.code.lower() for rule in rules}


@pytest.mark.parametrize(("name", "source"), [*MENDED, *WITH_STEPS])
def test_a_mended_program_replays(name, source, tmp_path):
    for workflow in workflows(load(f"{name}_mended", source, tmp_path)):
        assert_replayable(workflow, *arguments(workflow, tmp_path))
