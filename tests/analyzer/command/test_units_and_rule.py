"""`holdfast units` and `holdfast rule`."""

import json

import pytest
from hand_made import finding, report, unit

from holdfast_analyzer.report import FileError
from holdfast_rules.facts import Verdict
from holdfast_rules.registry import RULES


def test_units_lists_every_workflow_and_sums_up(holdfast, analysis):
    analysis.result = report(
        finding(),
        units=(unit(), unit(id="orders:checkout", line=9, verdict=Verdict.PROVED, calls=4, resolved=4)),
        errors=(FileError(path="a.py", line=3, message="cannot be parsed"),),
    )
    outcome = holdfast("units")
    lines = outcome.out.splitlines()
    assert lines[0].split() == ["workflow", "engine", "verdict", "calls", "resolved", "defined", "at"]
    assert lines[1].split()[:3] == ["orders:fulfil", "holdfast", "violated"]
    assert lines[2].split()[-1] == "orders.py:9"
    assert lines[-1] == "2 workflows: 1 proved, 1 violated, 0 unknown; 87.5% of 8 calls resolved"
    assert outcome.err == "a.py:3: cannot be parsed\n"
    assert outcome.status == 0


def test_units_as_json(holdfast, analysis):
    analysis.result = report(units=(unit(),))
    [listed] = json.loads(holdfast("units", "--output-format", "json").out)
    assert listed == {
        "id": "orders:fulfil", "engine": "holdfast", "path": "orders.py", "line": 2, "verdict": "violated", "calls": 4, "resolved": 3,
        "fingerprint": "f1",
    }  # fmt: skip


def test_no_units(holdfast, analysis):
    assert holdfast("units").out == "no workflows found\n"


@pytest.mark.parametrize("name", ["DUR101", "dur101", "wall-clock"])
def test_a_rule_is_explained_by_code_or_name(holdfast, name):
    outcome = holdfast("rule", name)
    assert outcome.status == 0
    assert outcome.out.startswith("DUR101 wall-clock\n")
    for part in ("instead", "at run time", "flagged", "clean", "# holdfast: ignore[DUR101] "):
        assert part in outcome.out


def test_programs_of_a_page_are_whole(holdfast):
    [wall_clock] = [known for known in RULES if known.code == "DUR101"]
    page = holdfast("rule", "DUR101").out
    for program in (*wall_clock.bad, *wall_clock.good):
        assert all("    " + line in page for line in program.strip().splitlines() if line)


def test_all_rules(holdfast):
    out = holdfast("rule", "--all").out
    assert all(f"{known.code} {known.name}" in out for known in RULES)


def test_rules_as_json(holdfast):
    everything = json.loads(holdfast("rule", "--all", "--output-format", "json").out)
    assert [entry["code"] for entry in everything] == [known.code for known in RULES]
    [one] = json.loads(holdfast("rule", "wall-clock", "--output-format", "json").out)
    assert one["code"] == "DUR101"
    assert one["family"] == "value"
    assert one["bad"]
    assert set(one) == {
        "code", "name", "family", "summary", "why", "remedy", "fix", "bad", "good", "before", "enforced_by", "default",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["DUR999"], "no rule is called `DUR999`; the nearest is `DUR"),
        (["wall-clok"], "the nearest is `wall-clock`"),
        ([], "give either the code of a rule or `--all`"),
        (["DUR101", "--all"], "give either the code of a rule or `--all`"),
    ],
)
def test_a_rule_that_does_not_exist_is_2(holdfast, arguments, said):
    outcome = holdfast("rule", *arguments)
    assert outcome.status == 2
    assert said in outcome.err
