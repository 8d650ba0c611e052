"""Which format goes where."""

import io
import json

import pytest
from hand_made import finding, report

from holdfast_analyzer.report import FileError
from holdfast_rules.rule import Severity

BROKEN = FileError(path="broken.py", line=3, message="syntax error")


def test_a_format_goes_to_the_file_that_is_named_with_it(holdfast, analysis, folder):
    analysis.result = report(finding())
    outcome = holdfast("check", "--output-format", "json:reports/all.json", "--output-format", "concise", "-q")
    assert outcome.out.startswith("clock.py:2:12: DUR101 [error]")
    assert len(json.loads((folder / "reports" / "all.json").read_text())["findings"]) == 1
    assert outcome.status == 1


def test_output_file_takes_the_format_without_a_file(holdfast, analysis, folder):
    analysis.result = report(finding())
    outcome = holdfast(
        "check", "--output-format", "sarif:a.sarif", "--output-format", "gitlab", "--output-file", "b.json"
    )
    assert outcome.out == ""
    assert json.loads((folder / "a.sarif").read_text())["version"] == "2.1.0"
    assert json.loads((folder / "b.json").read_text())[0]["severity"] == "major"


def test_files_are_never_painted(holdfast, analysis, folder):
    analysis.result = report(finding())
    holdfast("check", "--color", "always", "--output-format", "full", "--output-file", "report.txt")
    assert "\x1b[" not in (folder / "report.txt").read_text()


def test_several_formats_on_standard_output(holdfast, analysis):
    analysis.result = report(finding())
    lines = holdfast("check", "-q", "--output-format", "concise", "--output-format", "github").out.splitlines()
    assert [line[:8] for line in lines] == ["clock.py", "::error "]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--output-format", "full"], True),
        (["--output-format", "gitlab"], True),
        (["--output-format", "github"], False),
        (["--output-format", "full", "--output-format", "github"], False),
        (["--output-format", "sarif:x.sarif"], True),
    ],
)
def test_what_could_not_be_read_is_told_once_where_one_looks(holdfast, analysis, options, told):
    analysis.result = report(errors=(BROKEN,))
    assert ("broken.py:3: syntax error" in holdfast("check", *options).err) is told


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--output-format", "sarf"], "there is no format `sarf`; did you mean `sarif`?"),
        (["--output-format", "sarif:"], "names no file behind its colon"),
        (["--output-file", "x", "--output-format", "full", "--output-format", "json"], "2 formats are without a file"),
        (["--output-file", "x", "--output-format", "json:y"], "no format is without a file"),
        (["--output-format", "json:there/x.json"], "cannot write `there/x.json`"),
        (["--diff-base", "main", "--write-baseline"], "`--write-baseline` and `--diff-base` do not go together"),
        (["--no-baseline", "--baseline", "x"], "`--no-baseline` and `--baseline` do not go together"),
    ],
)
def test_usage_errors(holdfast, analysis, folder, options, said):
    (folder / "there").write_text("a file")
    outcome = holdfast("check", *options)
    assert outcome.status == 2
    assert said in outcome.err.replace("\n", " ")


@pytest.mark.parametrize(
    ("severity", "least", "status"),
    [("error", "never", 0), ("warning", "never", 0), ("warning", "error", 0), ("error", "note", 1)],
)
def test_fail_on(holdfast, analysis, severity, least, status):
    analysis.result = report(finding(severity=Severity(severity)))
    assert holdfast("check", "--fail-on", least).status == status


def test_fail_on_never_in_the_projects_file(holdfast, analysis, folder):
    (folder / "pyproject.toml").write_text("[tool.holdfast]\nfail-on = 'never'\n")
    analysis.result = report(finding())
    assert holdfast("check").status == 0
    assert holdfast("check", "--fail-on", "error").status == 1


def stdin(monkeypatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_standard_input_stands_for_a_file(holdfast, folder, monkeypatch):
    (folder / "clock.py").write_text("def now():\n    return 1\n")
    (folder / "flow.py").write_text("")
    stdin(
        monkeypatch, "from holdfast import workflow\nfrom clock import now\n\n\n@workflow\ndef f():\n    return now()\n"
    )
    assert holdfast("check", "--stdin-filename", "flow.py", "-q").out == ""
    (folder / "clock.py").write_text("import time\n\n\ndef now():\n    return time.time()\n")
    stdin(
        monkeypatch, "from holdfast import workflow\nfrom clock import now\n\n\n@workflow\ndef f():\n    return now()\n"
    )
    outcome = holdfast("check", "--stdin-filename", "flow.py", "-")
    assert "flow.py:6:1" in outcome.out
    assert "clock.py:5:12" in outcome.out
    assert (folder / "flow.py").read_text() == ""


def test_standard_input_may_stand_for_a_file_of_a_project_and_is_what_is_shown(holdfast, folder, monkeypatch):
    (folder / "clock.py").write_text("def now():\n    return 1\n")
    (folder / "flow.py").write_text(
        "from holdfast import workflow\nfrom clock import now\n\n\n@workflow\ndef f():\n    return now()\n"
    )
    stdin(monkeypatch, "import time\n\n\ndef now():\n    return time.time()  # as typed\n")
    outcome = holdfast("check", ".", "--stdin-filename", "clock.py")
    assert "return time.time()  # as typed" in outcome.out
    assert outcome.status == 1


def test_standard_input_may_stand_for_a_file_that_is_not_there_yet(holdfast, folder, monkeypatch):
    stdin(monkeypatch, "import time\nfrom holdfast import workflow\n\n\n@workflow\ndef f():\n    return time.time()\n")
    assert "new.py:7:12: DUR101" in holdfast(
        "check", "--stdin-filename", "new.py", "--output-format", "concise"
    ).out  # fmt: skip


def test_broken_standard_input_is_told_under_its_files_name(holdfast, monkeypatch):
    stdin(monkeypatch, "from holdfast import workflow\ndef (:\n")
    outcome = holdfast("check", "--stdin-filename", "new.py")
    assert outcome.err.startswith("new.py:2: syntax error")
