"""The other formats, and the lines around findings."""

import io
import json

import msgspec
import pytest
from hand_made import finding, frame, report, unit

from holdfast_analyzer.render.concise import render_line
from holdfast_analyzer.render.json import render_json
from holdfast_analyzer.render.presentation import Presentation
from holdfast_analyzer.render.statistics import render_statistics
from holdfast_analyzer.render.style import Style, wants_colour
from holdfast_analyzer.render.summary import render_error, render_summary
from holdfast_analyzer.render.units import render_units
from holdfast_analyzer.report import FileError, Report, Threshold
from holdfast_rules.facts import Verdict
from holdfast_rules.rule import Severity, Suppressed

PLAIN = Style(False)
SUPPRESSED = finding(suppressed=Suppressed("clock.py", 2, "measured only"))
NOTE = finding(code="DUR901", name="unresolved-call", severity=Severity.NOTE)
WARNING = finding(code="DUR310", name="replayed-output", severity=Severity.WARNING)


def test_concise_is_one_line():
    assert render_line(finding(), style=PLAIN) == (
        "clock.py:2:12: DUR101 [error] `time.time` reads the wall clock; a replay gets another value (in orders:fulfil)"
    )


def test_concise_counts_further_workflows_and_stays_on_one_line():
    line = render_line(finding(message="a\nb\x1b", units=("a:b", "c:d", "e:f")), style=PLAIN)
    assert line == "clock.py:2:12: DUR101 [error] a b\\x1b (in a:b and 2 more)"


def test_json_has_the_promised_form():
    chain = (frame("orders.py", 2, "orders:fulfil", "clock:now"), frame("clock.py", 2, "clock:now", "time.time"))
    given = report(
        finding(chain=chain), SUPPRESSED, units=(unit(),), errors=(FileError(path="broken.py", line=3, message="bad"),)
    )
    document = json.loads(render_json(given, Presentation(Threshold())))
    assert list(document) == ["version", "findings", "units", "errors", "files", "seconds"]
    assert document["version"] == 1
    assert document["findings"][0] == {
        "code": "DUR101",
        "name": "wall-clock",
        "severity": "error",
        "message": "`time.time` reads the wall clock; a replay gets another value",
        "help": "use `holdfast.now()`",
        "path": "clock.py",
        "line": 2,
        "column": 12,
        "end_line": 2,
        "end_column": 23,
        "symbol": "time.time",
        "units": ["orders:fulfil"],
        "engine": "holdfast",
        "chain": [
            {"path": "orders.py", "line": 2, "column": 5, "function": "orders:fulfil", "calls": "clock:now"},
            {"path": "clock.py", "line": 2, "column": 5, "function": "clock:now", "calls": "time.time"},
        ],
        "fix": None,
        "suppressed": None,
        "fingerprint": "0123456789abcdef",
        "baselined": False,
    }
    assert document["findings"][1]["suppressed"] == {"path": "clock.py", "line": 2, "reason": "measured only"}
    assert document["units"] == [
        {
            "id": "orders:fulfil",
            "engine": "holdfast",
            "path": "orders.py",
            "line": 2,
            "verdict": "violated",
            "calls": 4,
            "resolved": 3,
        }
    ]
    assert document["errors"] == [{"path": "broken.py", "line": 3, "message": "bad"}]
    assert (document["files"], document["seconds"]) == (7, 0.123)


def test_json_reads_back_as_the_same_report():
    given = msgspec.structs.replace(report(finding(), NOTE, units=(unit(),)), seconds=0.5)
    assert msgspec.json.decode(render_json(given, Presentation(Threshold())), type=Report) == given


@pytest.mark.parametrize(("least", "kept"), [(None, 4), (Severity.NOTE, 4), (Severity.WARNING, 3), (Severity.ERROR, 2)])
def test_json_leaves_out_what_is_below_the_least_severity(least, kept):
    given = report(finding(), SUPPRESSED, WARNING, NOTE)
    assert len(json.loads(render_json(given, Presentation(Threshold(least=least))))["findings"]) == kept


def test_text_shows_warnings_and_up_and_what_was_asked_for_by_name():
    shown = [Threshold().shows(given) for given in (finding(), WARNING, NOTE, SUPPRESSED)]
    assert shown == [True, True, False, False]
    assert Threshold(named=frozenset({"DUR901"})).shows(NOTE)
    assert Threshold(least=Severity.NOTE).shows(NOTE)
    assert not Threshold(least=Severity.WARNING, named=frozenset({"DUR901"})).shows(NOTE)


def test_the_check_fails_for_what_is_shown_unless_told_otherwise():
    assert [Threshold().fails(given) for given in (finding(), WARNING, NOTE, SUPPRESSED)] == [True, True, False, False]
    strict = Threshold(fail_on=Severity.ERROR)
    assert [strict.fails(given) for given in (finding(), WARNING, NOTE, SUPPRESSED)] == [True, False, False, False]
    assert Threshold(least=Severity.ERROR, fail_on=Severity.NOTE).fails(NOTE)


def test_the_summary_counts_findings_and_verdicts():
    units = (unit(), unit(id="a:b", verdict=Verdict.PROVED), unit(id="a:c", verdict=Verdict.PROVED))
    given = report(finding(), finding(line=9), WARNING, NOTE, SUPPRESSED, units=units)
    assert render_summary(given, Threshold(), style=PLAIN) == [
        "found 2 errors and 1 warning; 1 of lesser severity not shown; 1 suppressed",
        "3 workflows: 2 proved, 1 violated; 7 files in 0.12 s",
    ]


def test_the_summary_of_nothing():
    assert render_summary(report(), Threshold(), style=PLAIN) == ["found nothing", "0 workflows; 7 files in 0.12 s"]


def test_a_file_error_is_one_line():
    assert render_error(FileError(path="a.py", line=3, message="cannot be parsed")) == "a.py:3: cannot be parsed"
    assert render_error(FileError(path="a\x1b.py", line=0, message="vanished")) == "a\\x1b.py: vanished"


def test_statistics_count_what_is_shown_most_frequent_first():
    lines = render_statistics(report(WARNING, finding(), finding(line=3), NOTE, SUPPRESSED), Threshold(), style=PLAIN)
    assert lines == ["2  DUR101  wall-clock", "1  DUR310  replayed-output"]


def test_units_are_a_table():
    output = io.StringIO()
    render_units(
        report(units=(unit(), unit(id="orders:other", verdict=Verdict.PROVED, calls=0, resolved=0))),
        output=output,
        colour=False,
    )
    lines = [line.split() for line in output.getvalue().splitlines()]
    assert lines[1] == ["orders:fulfil", "holdfast", "violated", "3", "of", "4", "(75%)", "orders.py:2"]
    assert lines[2] == ["orders:other", "holdfast", "proved", "no", "calls", "orders.py:2"]


def test_units_with_long_names_are_not_folded_in_a_file():
    output = io.StringIO()
    name = "package.module:" + "x" * 200
    render_units(report(units=(unit(id=name),)), output=output, colour=False)
    assert name in output.getvalue()
    assert "\x1b" not in output.getvalue()


@pytest.mark.parametrize(
    ("choice", "terminal", "environment", "wanted"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", True, {"TERM": "dumb"}, False),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
    ],
)
def test_colour(choice, terminal, environment, wanted):
    assert wants_colour(choice, terminal=terminal, environment=environment) is wanted
