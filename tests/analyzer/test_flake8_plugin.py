"""The plugin, through the real flake8."""

import subprocess
import sys
from textwrap import dedent

import pytest

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


@pytest.fixture
def flake8(tmp_path):
    """Run flake8 over files of an own project; returns its lines."""
    (tmp_path / ".git").mkdir()

    def run(*options, stdin=None, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(dedent(text).lstrip("\n"))
        done = subprocess.run(
            [sys.executable, "-m", "flake8", "--isolated", "--select", "DUR,E9", *options],
            capture_output=True,
            text=True,
            cwd=tmp_path,
            input=None if stdin is None else dedent(stdin).lstrip("\n"),
            check=False,
        )
        assert done.stderr == ""
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


def test_a_hazard_behind_an_import_stands_where_the_chain_leaves_the_file(flake8):
    lines = flake8(a=WORKFLOW, clock=CLOCK)
    [line] = lines
    assert line.startswith("./a.py:13:26: DUR101 ")
    assert "(at clock.py:5)" in line


def test_a_helper_without_workflow_is_clean(flake8):
    assert flake8("clock.py", clock=CLOCK) == []


def test_noqa_is_flake8s(flake8):
    silenced = WORKFLOW.replace("moment())", "moment())  # noqa: DUR101")
    assert flake8(a=silenced, clock=CLOCK) == []
    assert len(flake8("--disable-noqa", a=silenced, clock=CLOCK)) == 1


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
