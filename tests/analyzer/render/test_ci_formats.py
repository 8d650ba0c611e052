"""Formats for CI hosts, read as their hosts read them."""

import json
import re
from xml.etree import ElementTree

import junitparser
import pytest
from hand_made import finding, frame, report, unit
from hypothesis import given
from hypothesis import strategies as st

from holdfast_analyzer.render.formats import FORMATS
from holdfast_analyzer.render.presentation import Presentation
from holdfast_analyzer.render.style import cells
from holdfast_analyzer.report import FileError, Threshold
from holdfast_rules.facts import Verdict
from holdfast_rules.rule import Severity, Suppressed

CHAIN = (
    frame("orders.py", 12, "orders:fulfil", "fulfil", column=1),
    frame("orders.py", 14, "orders:fulfil", "stamped", column=24),
    frame("clock.py", 2, "clock:stamped", "time.time", column=12),
)
WARNING = finding(code="DUR310", name="replayed-output", severity=Severity.WARNING, line=1)
HIDDEN = (
    finding(suppressed=Suppressed("clock.py", 2, "measured only"), message="silenced"),
    finding(baselined=True, message="known"),
    finding(code="DUR901", severity=Severity.NOTE, message="a note"),
)
UNREADABLE = FileError(path="broken.py", line=3, message="syntax error")


@pytest.fixture(autouse=True)
def checkout(tmp_path, monkeypatch):
    """A checkout, as the working directory."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def render(format: str, *findings, threshold: Threshold | None = None, **given) -> str:
    return FORMATS[format].renderer()(report(*findings, **given), Presentation(threshold or Threshold()))


COMMAND = re.compile(r"^::(error|warning|notice) ((?:[a-zA-Z]+=[^,:\r\n]*,?)+)::(.*)$")


def annotations(output: str) -> list[tuple[str, dict[str, str], str]]:
    """Read workflow commands as the runner of GitHub Actions does."""
    found = []
    for line in output.split("\n")[:-1]:
        command = COMMAND.match(line)
        assert command is not None, line
        properties = dict(part.split("=", 1) for part in command[2].split(","))
        for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
            properties = {name: value.replace(code, sign) for name, value in properties.items()}
        text = command[3].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
        found.append((command[1], properties, text))
    return found


def test_github_annotates_what_is_shown():
    [first, second] = annotations(render("github", finding(chain=CHAIN), WARNING, *HIDDEN))
    kind, properties, text = first
    assert kind == "error"
    assert properties == {
        "file": "clock.py", "line": "2", "col": "12", "endColumn": "23", "title": "DUR101 wall-clock",
    }  # fmt: skip
    assert text.splitlines() == [
        "`time.time` reads the wall clock; a replay gets another value",
        "workflow `orders:fulfil` at orders.py:12",
        "`fulfil` → `stamped` at orders.py:14",
        "`stamped` → `time.time` at clock.py:2",
        "help: use `holdfast.now()`",
    ]
    assert second[0] == "warning"


def test_github_has_no_columns_for_several_lines_and_notices_for_notes():
    [(_, properties, _)] = annotations(render("github", finding(end_line=4)))
    assert properties["endLine"] == "4"
    assert "col" not in properties
    [(kind, _, _)] = annotations(render("github", HIDDEN[2], threshold=Threshold(least=Severity.NOTE)))
    assert kind == "notice"


def test_github_warns_of_what_could_not_be_read():
    [(kind, properties, text)] = annotations(render("github", errors=(UNREADABLE,)))
    assert (kind, properties["file"], properties["line"], text) == ("warning", "broken.py", "3", "syntax error")


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)


@given(message=texts, help=texts, path=texts.filter(lambda path: path and "\0" not in path))
def test_github_commands_cannot_be_forged(message, help, path):
    [(_, properties, _)] = annotations(render("github", finding(message=message, help=help, path=path)))
    assert set(properties) == {"file", "line", "col", "endColumn", "title"}


def test_gitlab_has_the_keys_that_it_reads():
    issues = json.loads(render("gitlab", finding(chain=CHAIN), WARNING, *HIDDEN))
    assert [issue["severity"] for issue in issues] == ["major", "minor"]
    assert issues[0]["check_name"] == "DUR101 wall-clock"
    assert issues[0]["fingerprint"] == "0123456789abcdef"
    assert issues[0]["location"]["path"] == "clock.py"
    assert issues[0]["location"]["positions"]["begin"] == {"line": 2, "column": 12}
    assert [place["lines"]["begin"] for place in issues[0]["other_locations"]] == [12, 14]
    assert render("gitlab") == "[]\n"


def test_paths_are_relative_to_the_checkouts_root(checkout, monkeypatch):
    (checkout / "src").mkdir()
    monkeypatch.chdir(checkout / "src")
    assert json.loads(render("gitlab", finding()))[0]["location"]["path"] == "src/clock.py"
    assert annotations(render("github", finding()))[0][1]["file"] == "src/clock.py"


def suite_of(output: str) -> junitparser.TestSuite:
    [suite] = junitparser.JUnitXml.fromstring(output.encode())
    return suite


def test_junit_counts_failures_errors_and_clean_workflows():
    clean = unit(id="stock:count", verdict=Verdict.PROVED)
    suite = suite_of(
        render("junit", finding(chain=CHAIN), WARNING, *HIDDEN, units=(unit(), clean), errors=(UNREADABLE,))
    )
    assert (suite.tests, suite.failures, suite.errors) == (4, 2, 1)
    cases = {case.name: case for case in suite}
    [failure] = cases["clock.py:2:12 DUR101 wall-clock"].result
    assert failure.type == "error"
    assert "`fulfil` → `stamped` at orders.py:14" in failure.text
    assert cases["stock:count"].is_passed
    assert cases["reading broken.py"].is_error


def test_junit_findings_that_do_not_fail_the_check_pass_with_a_text():
    suite = suite_of(render("junit", WARNING, threshold=Threshold(fail_on=Severity.ERROR)))
    [case] = suite
    assert suite.failures == 0
    assert case.is_passed
    assert "reads the wall clock" in case.system_out


@given(
    message=st.text(max_size=40), help=st.text(max_size=40), path=texts.filter(lambda path: path and "\0" not in path)
)
def test_junit_is_well_formed_whatever_the_text(message, help, path):
    output = render("junit", finding(message=message, help=help, path=path))
    [suite] = ElementTree.fromstring(output.encode())
    assert len(suite) == 1


def test_jsonl_has_one_object_a_line():
    lines = [
        json.loads(line)
        for line in render("jsonl", finding(), *HIDDEN, units=(unit(),), errors=(UNREADABLE,)).splitlines()
    ]
    assert [line["kind"] for line in lines] == ["finding"] * 4 + ["unit", "error", "summary"]
    assert lines[0]["chain"] == []
    assert (lines[-1]["shown"], lines[-1]["failing"]) == (1, 1)


def test_grouped_names_each_file_once():
    output = render("grouped", WARNING, finding(units=("a:b", "c:d")), finding(path="orders.py"))
    assert [line for line in output.splitlines() if line.endswith(".py")] == ["clock.py", "orders.py"]
    assert "in a:b and 1 more" in output
    assert max(map(cells, output.splitlines())) <= 80
    assert output.endswith("found 2 errors and 1 warning\n0 workflows; 7 files in 0.12 s\n")


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_shows_an_empty_report(format):
    assert render(format).endswith("\n") or format == "github"
