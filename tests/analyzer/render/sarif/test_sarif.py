"""SARIF documents, held against the standard's own schema."""

import json
from pathlib import Path

import pytest
from hand_made import finding, frame, report
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from holdfast_analyzer.render.presentation import Presentation
from holdfast_analyzer.render.sarif import render_sarif
from holdfast_analyzer.render.source import SourceLines
from holdfast_analyzer.report import FileError, Threshold
from holdfast_rules.fixes import Edit, Fix, Safety
from holdfast_rules.rule import Finding, Severity, Suppressed

VALIDATOR = Draft7Validator(json.loads((Path(__file__).parent / "schema-2.1.0.json").read_text(encoding="utf-8")))
CHAIN = (
    frame("orders.py", 12, "orders:fulfil", "fulfil", column=1),
    frame("orders.py", 14, "orders:fulfil", "stamped", column=24),
    frame("clock.py", 2, "clock:stamped", "time.time", column=12),
)


@pytest.fixture(autouse=True)
def checkout(tmp_path, monkeypatch):
    """A checkout, as the working directory."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def document(
    *findings: Finding, errors: tuple[FileError, ...] = (), least: Severity | None = None, with_baseline: bool = False
) -> dict[str, object]:
    """Render a report; the document is valid, or the test fails."""
    source = SourceLines(given={"clock.py": b"import time\nprint(x + time.time())\n"})
    presentation = Presentation(
        Threshold(least=least), enabled=frozenset({"DUR101", "DUR310"}), source=source, with_baseline=with_baseline
    )
    found = json.loads(render_sarif(report(*findings, errors=errors), presentation))
    assert not [f"{list(error.path)}: {error.message}" for error in VALIDATOR.iter_errors(found)]
    return found["runs"][0]


def test_an_empty_report_is_a_run_without_results():
    run = document()
    assert run["results"] == []
    assert run["invocations"] == [{"executionSuccessful": True}]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["DUR101", "DUR310"]


def test_a_result_names_its_rule_its_place_and_its_fingerprint():
    [result] = document(finding(chain=CHAIN))["results"]
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("DUR101", 0, "error")
    assert result["partialFingerprints"] == {"holdfast/v1": "0123456789abcdef"}
    [place] = result["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "clock.py", "uriBaseId": "%SRCROOT%"},
        "region": {
            "startLine": 2, "startColumn": 12, "endLine": 2, "endColumn": 23,
            "snippet": {"text": "print(x + time.time())"},
        },
    }  # fmt: skip
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "clock.stamped"
    assert result["properties"] == {"engine": "holdfast", "symbol": "time.time", "units": ["orders:fulfil"]}


def test_the_chain_is_a_code_flow_and_its_places_are_related_locations():
    [result] = document(finding(chain=CHAIN))["results"]
    [flow] = result["codeFlows"]
    [thread] = flow["threadFlows"]
    steps = [
        (step["executionOrder"], step["nestingLevel"], step["location"]["physicalLocation"]["region"]["startLine"],
         step["location"]["message"]["text"])
        for step in thread["locations"]
    ]  # fmt: skip
    assert steps == [
        (1, 0, 12, "workflow `orders:fulfil`"),
        (2, 1, 14, "`fulfil` → `stamped`"),
        (3, 2, 2, "`stamped` → `time.time`"),
    ]
    assert [
        (place["id"], place["physicalLocation"]["region"]["startLine"]) for place in result["relatedLocations"]
    ] == [
        (1, 12),
        (2, 14),
    ]
    assert "2. `fulfil` → `stamped` at [orders.py:14](2)" in result["message"]["markdown"]


def test_a_finding_without_a_chain_has_no_flow():
    [result] = document(finding())["results"]
    assert "codeFlows" not in result
    assert "relatedLocations" not in result


def test_a_suppressed_finding_says_where_and_why():
    [result] = document(finding(suppressed=Suppressed("clock.py", 2, "measured only")))["results"]
    [suppression] = result["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("inSource", "accepted")
    assert suppression["justification"] == "measured only"
    assert suppression["location"]["physicalLocation"]["region"] == {"startLine": 2}


def test_findings_of_the_baseline_are_unchanged_and_others_new():
    run = document(finding(baselined=True), finding(line=9), with_baseline=True)
    assert [result["baselineState"] for result in run["results"]] == ["unchanged", "new"]
    assert [result.get("suppressions", [{}])[0].get("kind") for result in run["results"]] == ["external", None]
    assert "baselineState" not in document(finding())["results"][0]


def test_notes_are_told_when_they_are_shown():
    note = finding(code="DUR901", name="unresolved-call", severity=Severity.NOTE)
    assert document(note)["results"] == []
    run = document(note, least=Severity.NOTE)
    [result] = run["results"]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "DUR901"


def test_what_could_not_be_read_is_a_notification():
    errors = (FileError(path="a b.py", line=3, message="bad"), FileError(path="c.py", line=0, message="gone"))
    [invocation] = document(errors=errors)["invocations"]
    [first, second] = invocation["toolExecutionNotifications"]
    assert (first["level"], first["message"]["text"]) == ("error", "bad")
    assert first["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b.py", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3},
    }
    assert "region" not in second["locations"][0]["physicalLocation"]


def test_rules_have_help_in_both_forms():
    [rule, _] = document()["tool"]["driver"]["rules"]
    assert rule["name"] == "WallClock"
    assert rule["help"]["text"].endswith(".")
    assert "```python" in rule["help"]["markdown"]
    assert rule["properties"]["tags"] == ["durability", "value"]


def test_paths_are_relative_to_the_checkout_wherever_the_check_runs(checkout, monkeypatch):
    (checkout / "src").mkdir()
    monkeypatch.chdir(checkout / "src")
    outside = document(finding(path="/elsewhere/x y.py"))["results"][0]["locations"][0]["physicalLocation"]
    inside = document(finding())["results"][0]["locations"][0]["physicalLocation"]
    assert inside["artifactLocation"] == {"uri": "src/clock.py", "uriBaseId": "%SRCROOT%"}
    assert outside["artifactLocation"] == {"uri": "file:///elsewhere/x%20y.py"}


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
numbers = st.integers(min_value=1, max_value=40)


@given(
    message=texts, help=texts, path=texts.filter(lambda path: path and "\0" not in path), symbol=texts, line=numbers,
    column=numbers, end_line=numbers, end_column=st.integers(min_value=0, max_value=40), reason=texts,
    silenced=st.booleans(), functions=st.lists(texts, max_size=4),
)  # fmt: skip
def test_any_finding_makes_a_valid_document(silenced, reason, functions, **given):
    chain = tuple(frame(given["path"], number, name, name) for number, name in enumerate(functions, 1))
    suppressed = Suppressed(given["path"], 1, reason) if silenced else None
    document(
        finding(**given, chain=chain, suppressed=suppressed),
        errors=(FileError(path=given["path"], line=0, message="?"),),
    )


def test_a_safe_fix_is_told_and_an_unsafe_one_is_not():
    edit = Edit(path="clock.py", line=2, column=12, end_line=2, end_column=23, text="holdfast.now().timestamp()")
    safe, unsafe = (Fix(safety=safety, description="write it so", edits=(edit,)) for safety in Safety)
    first, second = document(finding(fix=safe), finding(fix=unsafe, line=3))["results"]
    assert first["fixes"] == [
        {
            "description": {"text": "write it so"},
            "artifactChanges": [
                {
                    "artifactLocation": {"uri": "clock.py", "uriBaseId": "%SRCROOT%"},
                    "replacements": [
                        {
                            "deletedRegion": {"startLine": 2, "startColumn": 12, "endLine": 2, "endColumn": 23},
                            "insertedContent": {"text": "holdfast.now().timestamp()"},
                        }
                    ],
                }
            ],
        }
    ]
    assert "fixes" not in second
