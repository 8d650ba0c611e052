"""The plugin, through the real flake8."""

import os
import shutil
import subprocess
import sys
from textwrap import dedent

import pytest
from flake8.api import legacy

from holdfast_analyzer import check_paths
from holdfast_rules.rule import Severity

WORKFLOW = """
    from holdfast import step, workflow

    from clock import moment


    @step
    def charge(order: str, at: float) -> str:
        return order


    @workflow
    def checkout(order: str) -> str:
        return charge(order, moment())
"""
CLOCK = """
    import time


    def moment() -> float:
        return time.time()
"""


COUNTING = """
import os
from holdfast_analyzer import api
analyze = api.analyze
def counted(*given, **named):
    with open(os.environ["COUNTED"], "a") as file:
        file.write("one\\n")
    return analyze(*given, **named)
api.analyze = counted
"""
"""Prelude of a flake8 that writes down each analysis."""

MAIN = """
if __name__ == "__main__":
    import multiprocessing, sys
    multiprocessing.set_start_method({method!r})
    from flake8.main.cli import main
    sys.exit(main())
"""


@pytest.fixture
def flake8(tmp_path):
    """Run flake8 over files of an own project; returns its lines."""
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)

    def run(*options, stdin=None, program=("-m", "flake8"), status=None, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(dedent(text).lstrip("\n"))
        done = subprocess.run(
            [sys.executable, *program, "--isolated", "--select", "DUR,E9", *options],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env={**os.environ, "COUNTED": str(tmp_path / "counted")},
            input=None if stdin is None else dedent(stdin).lstrip("\n"),
            check=False,
        )
        assert done.stderr == ""
        assert status is None or done.returncode == status
        return done.stdout.splitlines()

    return run


def test_flake8_knows_the_plugin():
    done = subprocess.run([sys.executable, "-m", "flake8", "--version"], capture_output=True, text=True, check=True)
    assert "holdfast" in done.stdout


def test_a_hazard_in_the_file_itself(flake8):
    [line] = flake8(
        "a.py",
        a="""
        import time
        from holdfast import workflow


        @workflow
        def checkout(order: str) -> float:
            return time.time()
        """,
    )
    assert line.removeprefix("./").startswith("a.py:7:12: DUR101 ")


def test_a_hazard_behind_an_import_is_reported_once_where_it_is(flake8):
    [line] = flake8(a=WORKFLOW, clock=CLOCK)
    assert line.startswith("./clock.py:5:12: DUR101 ")


def test_a_hazard_in_a_file_that_is_not_checked_stands_where_the_chain_leaves_those_that_are(flake8):
    [line] = flake8("a.py", a=WORKFLOW, clock=CLOCK)
    assert line.startswith("a.py:13:26: DUR101 ")
    assert "(at clock.py:5)" in line


def test_a_helper_is_known_to_be_reached_by_a_workflow_of_another_file(flake8):
    [line] = flake8("clock.py", a=WORKFLOW, clock=CLOCK)
    assert line.startswith("clock.py:5:12: DUR101 ")


def test_findings_are_those_of_holdfast_check(flake8, tmp_path):
    lines = flake8(a=WORKFLOW, clock=CLOCK, b=WORKFLOW.replace("moment())", "moment() or print())"), c="import os\n")
    report = check_paths([tmp_path])
    expected = [
        f"{os.path.relpath(found.path, tmp_path)}:{found.line}:{found.column}: {found.code}"
        for found in report.findings
        if found.severity is not Severity.NOTE and found.suppressed is None
    ]
    assert len(expected) == 2
    assert [" ".join(line.removeprefix("./").split()[:2]) for line in lines] == expected


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_workers_share_one_analysis(flake8, tmp_path, method):
    (tmp_path / "main.txt").write_text(COUNTING + MAIN.format(method=method))
    many = {f"more_{number}": WORKFLOW for number in range(8)}
    program = (str(tmp_path / "main.txt"),)
    lines = flake8(
        "--jobs", "3", program=program, a=WORKFLOW, clock=CLOCK.replace("return", "print()\n        return"), **many
    )
    assert [line.split()[1] for line in lines] == ["DUR310", "DUR101"]
    assert (tmp_path / "counted").read_text() == "one\n"


def test_select_extend_select_ignore_and_files(flake8):
    files = {"a": WORKFLOW.replace("charge(order, moment())", "charge(str(print()), moment())"), "clock": CLOCK}
    codes = lambda *options: [line.split()[1] for line in flake8(*options, **files)]  # noqa: E731
    assert codes() == ["DUR310", "DUR101"]
    assert codes("--select", "DUR1") == ["DUR101"]
    assert codes("--extend-ignore", "DUR3") == ["DUR101"]
    assert codes("--per-file-ignores", "clock.py:DUR101") == ["DUR310"]
    assert codes("--exclude", "clock.py") == ["DUR310", "DUR101"]
    assert codes("--select", "E") == []


def test_rules_that_are_off_are_on_when_flake8_selects_them(flake8):
    silenced = CLOCK.replace("time()", "time()  # holdfast: ignore[DUR101]")
    assert flake8(a=WORKFLOW, clock=silenced) == []
    [line] = flake8("--extend-select", "DUR903", a=WORKFLOW, clock=silenced)
    assert "clock.py:5:" in line
    assert " DUR903 " in line


def test_settings_and_baseline_of_the_project_hold(flake8, tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.holdfast]\nignore = ['DUR310']\nbaseline = 'known.json'\n")
    (tmp_path / "a.py").write_text(dedent(WORKFLOW))
    (tmp_path / "clock.py").write_text(dedent(CLOCK))
    subprocess.run(
        [sys.executable, "-m", "holdfast", "check", "--write-baseline"], cwd=tmp_path, check=True, capture_output=True
    )
    assert flake8() == []
    [line] = flake8(more=WORKFLOW.replace("moment()", "__import__('time').time()"))
    assert "more.py" in line


@pytest.mark.parametrize(
    ("table", "said"),
    [("selct = []", "holdfast: unknown key `selct`"), ("baseline = 'gone.json'", "holdfast: no baseline at")],
)
def test_settings_that_cannot_be_used_are_told_in_one_line(flake8, tmp_path, table, said):
    (tmp_path / "pyproject.toml").write_text(f"[tool.holdfast]\n{table}\n")
    lines = flake8(a=WORKFLOW, status=1)
    assert lines[0] == "There was a critical error during execution of Flake8:"
    assert lines[1].startswith(said)


def test_a_folder_that_is_no_project_is_not_searched(flake8, tmp_path):
    shutil.rmtree(tmp_path / ".git")
    assert flake8("clock.py", a=WORKFLOW, clock=CLOCK) == []


def test_the_library_face_of_flake8(tmp_path, monkeypatch, capsys):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inside").mkdir()
    monkeypatch.chdir(tmp_path / "inside")
    (tmp_path / "a.py").write_text(dedent(WORKFLOW))
    (tmp_path / "clock.py").write_text(dedent(CLOCK))
    guide = legacy.get_style_guide(select=["DUR"])
    assert guide.check_files([str(tmp_path / "clock.py")]).total_errors == 1
    assert "DUR101" in capsys.readouterr().out


def test_a_folder_behind_a_link(flake8, tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.py").write_text(
        dedent(WORKFLOW).replace("moment()", "print()").replace("from clock import moment", "")
    )
    (tmp_path / "link").symlink_to("real")
    [line] = flake8("link")
    assert line.startswith("link/a.py:")


def test_a_helper_without_workflow_is_clean(flake8):
    assert flake8("clock.py", clock=CLOCK) == []


def test_noqa_is_flake8s(flake8):
    silenced = WORKFLOW.replace("moment())", "moment())  # noqa: DUR101")
    assert flake8(a=silenced, clock=CLOCK) == []
    assert len(flake8("--disable-noqa", a=silenced, clock=CLOCK)) == 1
    assert flake8(a=WORKFLOW, clock=CLOCK.replace("time()", "time()  # noqa")) == []
    assert flake8(a=WORKFLOW, clock=CLOCK.replace("time()", "time()  # noqa: DUR1")) == []


def test_our_own_suppressions_hold(flake8):
    assert flake8(a=WORKFLOW, clock=CLOCK.replace("time()", "time()  # holdfast: ignore[DUR101] for a label")) == []


def test_a_file_that_does_not_parse_is_flake8s_to_report(flake8):
    [line] = flake8(a="from holdfast import workflow\ndef (:\n")
    assert " E999 " in line


def test_standard_input(flake8):
    [line] = flake8(
        "-",
        stdin="import time\nfrom holdfast import workflow\n\n\n@workflow\ndef w() -> float:\n    return time.time()\n",
    )
    assert line.startswith("stdin:7:12: DUR101 ")


def test_standard_input_stands_for_a_file_of_the_project(flake8, tmp_path):
    flake8(a=WORKFLOW, clock=CLOCK.replace("time.time()", "1.0"))
    [line] = flake8("-", "--stdin-display-name", "clock.py", stdin=CLOCK)
    assert line.startswith("clock.py:5:12: DUR101 ")
    assert flake8("-", "--stdin-display-name", str(tmp_path / "a.py"), stdin=WORKFLOW) == []
