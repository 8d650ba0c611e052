"""`holdfast check`: options, exit status, what goes where."""

import gc
import json
import os
import subprocess
import sys

import pytest
from hand_made import finding, report, unit

from holdfast_analyzer.report import FileError
from holdfast_rules.rule import Severity, Suppressed

WARNING = finding(code="DUR310", name="replayed-output", severity=Severity.WARNING, line=1)
NOTE = finding(code="DUR901", name="unresolved-call", severity=Severity.NOTE, message="who knows")
SUPPRESSED = finding(suppressed=Suppressed("clock.py", 2, "measured only"), message="silenced")


def test_clean_is_0(holdfast, analysis):
    outcome = holdfast("check")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith("found nothing\n")
    assert analysis.paths == (".",)


def test_findings_are_1_and_shown_in_full(holdfast, analysis):
    analysis.result = report(finding(), units=(unit(),))
    outcome = holdfast("check")
    assert outcome.status == 1
    assert "error[DUR101]: `time.time` reads the wall clock" in outcome.out
    assert "\n  = help: use `holdfast.now()`\n" in outcome.out
    assert outcome.out.endswith("found 1 error\n1 workflow: 1 violated; 7 files in 0.12 s\n")


@pytest.mark.parametrize(
    ("findings", "options", "status"),
    [
        ([WARNING], [], 1),
        ([NOTE], [], 0),
        ([NOTE], ["--min-severity", "note"], 1),
        ([NOTE], ["--select", "unresolved-call"], 1),
        ([NOTE], ["--select", "DUR9"], 0),
        ([NOTE], ["--output-format", "json"], 0),
        ([SUPPRESSED], [], 0),
        ([WARNING], ["--min-severity", "error"], 0),
        ([WARNING], ["--fail-on", "error"], 0),
        ([WARNING, finding()], ["--fail-on", "error"], 1),
        ([finding()], ["--exit-zero"], 0),
        ([finding()], ["--output-format", "json"], 1),
        ([finding()], ["--statistics"], 1),
        ([finding()], ["-q"], 1),
    ],
)
def test_the_exit_status(holdfast, analysis, findings, options, status):
    analysis.result = report(*findings)
    assert holdfast("check", *options).status == status


def test_notes_and_suppressed_findings_are_not_shown_in_text(holdfast, analysis):
    analysis.result = report(NOTE, SUPPRESSED)
    out = holdfast("check").out
    assert "who knows" not in out
    assert "silenced" not in out
    assert "found nothing; 1 of lesser severity not shown; 1 suppressed\n" in out


def test_concise(holdfast, analysis):
    analysis.result = report(finding(), WARNING)
    lines = holdfast("check", "--output-format", "concise").out.splitlines()
    assert [line.partition(" ")[0] for line in lines[:2]] == ["clock.py:2:12:", "clock.py:1:12:"]


def test_quiet_is_findings_alone(holdfast, analysis):
    analysis.result = report(finding())
    assert len(holdfast("check", "-q", "--output-format", "concise").out.splitlines()) == 1
    analysis.result = report()
    assert holdfast("check", "-q").out == ""


def test_json_is_all_of_standard_output(holdfast, analysis):
    analysis.result = report(finding(), NOTE, SUPPRESSED, errors=(FileError(path="a.py", line=1, message="bad"),))
    outcome = holdfast("check", "--output-format", "json")
    document = json.loads(outcome.out)
    assert len(document["findings"]) == 3
    assert document["errors"] == [{"path": "a.py", "line": 1, "message": "bad"}]
    assert outcome.err == ""


def test_statistics(holdfast, analysis):
    analysis.result = report(finding(), finding(line=9), WARNING)
    assert holdfast("check", "--statistics", "-q").out == "2  DUR101  wall-clock\n1  DUR310  replayed-output\n"


def test_what_could_not_be_read_is_told_on_standard_error(holdfast, analysis):
    analysis.result = report(errors=(FileError(path="a.py", line=3, message="cannot be parsed"),))
    outcome = holdfast("check")
    assert outcome.err == "a.py:3: cannot be parsed\n"
    assert "1 error while reading" in outcome.out
    assert outcome.status == 0


def test_paths_and_options_reach_the_analysis(holdfast, analysis, folder):
    (folder / "flows").mkdir()
    (folder / "a.py").touch()
    outcome = holdfast(
        "check", "flows", "a.py", "--select", "DUR1,dur301", "--select", "wall-clock", "--ignore", "DUR102",
        "--extend-select", "DUR903", "--engine", "dbos,temporal", "--jobs", "2", "--cache-dir", "facts",
    )  # fmt: skip
    assert outcome.status == 0
    assert analysis.paths == ("flows", "a.py")
    settings = analysis.settings
    assert settings.select == ("DUR1", "DUR301", "wall-clock")
    assert (settings.ignore, settings.extend_select) == (("DUR102",), ("DUR903",))
    assert (settings.engines, settings.jobs) == (("dbos", "temporal"), 2)
    assert settings.cache_dir == str(folder / "facts")


def test_no_cache(holdfast, analysis):
    holdfast("check", "--no-cache", "--cache-dir", "facts")
    assert analysis.settings.cache_dir is None


def test_the_projects_file_holds_unless_isolated(holdfast, analysis, folder):
    (folder / "pyproject.toml").write_text("[tool.holdfast]\nselect = ['DUR2']\n")
    holdfast("check")
    assert analysis.settings.select == ("DUR2",)
    holdfast("check", "--isolated")
    assert analysis.settings.select == ()


def test_show_settings_checks_nothing(holdfast, analysis, folder):
    (folder / "pyproject.toml").write_text("[tool.holdfast]\nselect = ['DUR2']\n")
    outcome = holdfast("check", "--show-settings", "--min-severity", "error")
    assert 'select = ["DUR2"]  # pyproject.toml' in outcome.out.splitlines()
    assert 'min-severity = "error"  # --min-severity' in outcome.out.splitlines()
    assert analysis.paths == ()
    assert outcome.status == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "Path 'nowhere' does not exist"),
        (["--select", "DUR8"], "`--select`: `DUR8` selects no rule; the nearest selector is `DUR"),
        (["--engine", "tempora"], "did you mean `temporal`?"),
        (["--min-severity", "warn"], "'warn' is not one of 'error', 'warning', 'note'"),
        (["--jobs", "0"], "0 is not in the range x>=1"),
        (["--selec", "DUR1"], "No such option '--selec'"),
    ],
)
def test_usage_errors_are_2(holdfast, analysis, arguments, said):
    outcome = holdfast("check", *arguments)
    assert outcome.status == 2
    assert said in outcome.err
    assert outcome.out == ""


def test_a_path_that_is_neither_file_nor_folder_is_2(holdfast, folder):
    os.mkfifo(folder / "pipe.py")
    outcome = holdfast("check", "pipe.py")
    assert outcome.status == 2
    assert "pipe.py" in outcome.err
    assert "internal error" not in outcome.err


def test_a_wrong_projects_file_is_2_and_names_the_key(holdfast, analysis, folder):
    (folder / "pyproject.toml").write_text("[tool.holdfast]\nselct = []\n")
    outcome = holdfast("check")
    assert outcome.status == 2
    assert "unknown key `selct` in `[tool.holdfast]` of pyproject.toml; did you mean `select`?" in outcome.err


def test_an_internal_error_is_2_with_one_line_and_how_to_report_it(holdfast, analysis):
    analysis.result = ValueError("the seventh seal\nwas broken")
    outcome = holdfast("check")
    first, second = outcome.err.splitlines()
    assert outcome.status == 2
    assert first.startswith("holdfast: internal error at conftest.py:")
    assert first.endswith(": ValueError: the seventh seal")
    assert "HOLDFAST_TRACEBACK=1" in second


def test_the_traceback_is_shown_on_demand(holdfast, analysis, monkeypatch):
    analysis.result = ValueError("the seventh seal")
    assert "Traceback" in holdfast("check", "--verbose").err
    monkeypatch.setenv("HOLDFAST_TRACEBACK", "1")
    assert "Traceback" in holdfast("check").err


def test_an_interrupt_is_130(holdfast, analysis):
    analysis.result = KeyboardInterrupt()
    outcome = holdfast("check")
    assert (outcome.status, outcome.err.strip()) == (130, "holdfast: interrupted")


def test_colour_follows_the_option_and_the_environment(holdfast, analysis, monkeypatch):
    analysis.result = report(finding())
    assert "\x1b[" not in holdfast("check").out
    assert "\x1b[1;31merror[DUR101]\x1b[0m" in holdfast("check", "--color", "always").out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert "\x1b[" in holdfast("check").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in holdfast("check").out
    assert "\x1b[" in holdfast("check", "--colour", "always").out


def test_garbage_is_searched_for_in_a_program_that_goes_on(holdfast, analysis):
    holdfast("check")
    assert gc.isenabled()


def test_a_process_that_ends_with_the_check_searches_for_no_garbage(folder):
    (folder / "plain.py").write_text("x = 1\n")
    program = "import gc, holdfast.__main__ as command; status = command.main(); print(status, gc.isenabled())"
    command = [sys.executable, "-c", program, "check", "--isolated", "--no-cache", "--quiet"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 False"
