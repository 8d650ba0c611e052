"""`holdfast check --fix`, `--diff` and `--unsafe-fixes`, as their users run them."""

import codecs
import json
import os
import subprocess

import pytest
from click.testing import CliRunner
from fixing import HOLDFAST

from holdfast_analyzer.command.check import check

SOURCE = f"import time\n{HOLDFAST}@workflow\ndef run(order):\n    time.sleep(5)\n    return keep(time.monotonic())\n"
FIXED = SOURCE.replace("from holdfast", "import holdfast\nfrom holdfast", 1).replace("time.sleep", "holdfast.sleep")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """A project with one file, as the working directory."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.holdfast]\n")
    (tmp_path / "shop.py").write_text(SOURCE)
    return tmp_path


def run(*arguments: str):
    """Run the command."""
    return CliRunner().invoke(check, ["--no-cache", *arguments], catch_exceptions=False)


def test_safe_fixes_are_written_and_the_rest_is_reported(folder):
    outcome = run("--fix", "--output-format", "concise")
    assert outcome.exit_code == 1
    assert "fixed 1 finding in 1 file, 1 fixable with `--unsafe-fixes`" in outcome.stderr
    assert "DUR101" in outcome.stdout
    assert "DUR307" not in outcome.stdout
    assert (folder / "shop.py").read_text() == FIXED


def test_a_second_run_has_nothing_to_do(folder):
    run("--fix")
    before = (folder / "shop.py").stat()
    outcome = run("--fix")
    assert "fixed 0 findings, 1 fixable with `--unsafe-fixes`" in outcome.stderr
    assert (folder / "shop.py").stat().st_mtime_ns == before.st_mtime_ns


def test_what_is_left_decides_the_status(folder):
    (folder / "shop.py").write_text(SOURCE.replace("time.monotonic()", "order"))
    assert run("--fix").exit_code == 0


def test_diff_shows_what_would_change_and_changes_nothing(folder):
    outcome = run("--diff")
    assert outcome.exit_code == 1
    assert (folder / "shop.py").read_text() == SOURCE
    (folder / "changes.diff").write_text(outcome.stdout)
    subprocess.run(["git", "apply", "changes.diff"], cwd=folder, check=True)
    assert (folder / "shop.py").read_text() == FIXED
    again = run("--diff")
    assert (again.exit_code, again.stdout) == (0, "")


def test_the_first_of_a_byte_order_mark_and_line_ends_and_the_mode_stay(folder):
    file = folder / "shop.py"
    file.write_bytes(codecs.BOM_UTF8 + SOURCE.replace("\n", "\r\n").encode())
    os.chmod(file, 0o750)
    run("--fix")
    assert file.read_bytes() == codecs.BOM_UTF8 + FIXED.replace("\n", "\r\n").encode()
    assert file.stat().st_mode & 0o777 == 0o750


def test_an_encoding_is_kept(folder):
    head = "# coding: latin-1\n# café\n"
    (folder / "shop.py").write_bytes((head + SOURCE).encode("latin-1"))
    run("--fix")
    assert (folder / "shop.py").read_bytes() == (head + FIXED).encode("latin-1")


def test_a_link_stays_one(folder):
    (folder / "real.txt").write_text(SOURCE)
    (folder / "shop.py").unlink()
    (folder / "shop.py").symlink_to("real.txt")
    run("--fix")
    assert (folder / "shop.py").is_symlink()
    assert (folder / "real.txt").read_text() == FIXED


def test_a_file_with_a_syntax_error_stays_as_it_is(folder):
    broken = SOURCE + "def (:\n"
    (folder / "shop.py").write_text(broken)
    run("--fix", "--unsafe-fixes")
    assert (folder / "shop.py").read_text() == broken


def test_a_helper_in_a_file_that_is_not_checked_is_not_safe_to_change(folder):
    stamp = "import time\n\n\ndef stamp():\n    return time.time()\n"
    (folder / "clock.py").write_text(stamp)
    (folder / "shop.py").write_text(
        f"from clock import stamp\n{HOLDFAST}@workflow\ndef run():\n    return keep(stamp())\n"
    )
    (folder / "script.py").write_text("import clock\n\nprint(clock.stamp())\n")
    assert "fixed 0 findings, 1 fixable" in run("shop.py", "--fix").stderr
    assert (folder / "clock.py").read_text() == stamp
    (folder / "script.py").unlink()
    assert "fixed 1 finding in 1 file" in run("shop.py", "--fix").stderr
    assert "holdfast.now().timestamp()" in (folder / "clock.py").read_text()


def test_a_file_outside_of_the_project_stays_as_it_is(folder, monkeypatch):
    inner = folder / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text("[tool.holdfast]\n")
    (inner / "here.py").write_text(SOURCE)
    monkeypatch.chdir(inner)
    run("here.py", "../shop.py", "--fix")
    assert (inner / "here.py").read_text() == FIXED
    assert (folder / "shop.py").read_text() == SOURCE


def test_only_findings_that_are_news_are_fixed(folder):
    assert run("--write-baseline=known.json").exit_code == 0
    outcome = run("--baseline", "known.json", "--fix")
    assert "fixed 0 findings" in outcome.stderr
    assert (folder / "shop.py").read_text() == SOURCE
    assert "fixed 0 findings" in run("--select", "DUR101", "--fix").stderr


def test_json_tells_the_edits():
    found = json.loads(run("--output-format", "json").stdout)["findings"]
    assert [finding["fix"]["safety"] for finding in found] == ["safe", "unsafe"]
    first = found[0]["fix"]
    assert first["description"] == "write `holdfast.sleep(…)` instead"
    assert first["edits"] == [
        {"path": "shop.py", "line": 12, "column": 5, "end_line": 12, "end_column": 15, "text": "holdfast.sleep"},
        {"path": "shop.py", "line": 2, "column": 1, "end_line": 2, "end_column": 1, "text": "import holdfast\n"},
    ]


def test_sarif_tells_safe_fixes():
    results = json.loads(run("--output-format", "sarif").stdout)["runs"][0]["results"]
    told = [[change["artifactLocation"]["uri"] for fix in result.get("fixes", []) for change in fix["artifactChanges"]] for result in results]  # fmt: skip
    assert told == [["shop.py"], []]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["--unsafe-fixes"], "`--unsafe-fixes`"),
        (["--fix", "--stdin-filename", "shop.py"], "`--stdin-filename`"),
        (["--fix", "-"], "standard input"),
        (["--diff", "--write-baseline"], "`--write-baseline`"),
        (["--fix", "--add-ignore", "why"], "`--add-ignore`"),
    ],
)
def test_options_that_do_not_go_together(arguments, named):
    outcome = run(*arguments)
    assert outcome.exit_code == 2
    assert named in outcome.stderr
