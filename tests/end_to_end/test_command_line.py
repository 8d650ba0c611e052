"""The `holdfast` program as a whole: its table of subcommands, and what each of them imports."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import holdfast
from holdfast.__main__ import SUBCOMMANDS

RUNTIME_ONLY = ("psycopg", "psycopg_pool", "sqlite3")
ANALYZER_ONLY = ("libcst", "astroid", "holdfast_analyzer")


def run(*arguments: str, folder: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "holdfast", *arguments],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        check=False,
    )


def imported_by(*arguments: str, folder: Path | None = None) -> set[str]:
    """Return the top-level packages that a command imports."""
    program = f"import sys; from holdfast.__main__ import main; main({list(arguments)!r}); print('\\n' + ' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=folder, check=True)
    return {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}


def test_help_lists_every_subcommand_and_imports_none():
    done = run("--help")
    assert done.returncode == 0
    for entry in SUBCOMMANDS:
        assert f"  {entry.name} " in done.stdout
        assert entry.help in " ".join(done.stdout.split())
    assert not imported_by("--help") & {*RUNTIME_ONLY, *ANALYZER_ONLY}


def test_check_imports_no_database(tmp_path):
    (tmp_path / "a.py").write_text("from holdfast import workflow\n\n@workflow\ndef w() -> int:\n    return 1\n")
    assert not imported_by("check", "a.py", "--no-cache", folder=tmp_path) & {"psycopg", "psycopg_pool"}


@pytest.mark.parametrize("command", ["worker", "workflows", "migrate"])
def test_the_runtimes_commands_import_no_parser(command):
    assert not imported_by(command, "--help") & set(ANALYZER_ONLY)


@pytest.mark.parametrize("entry", SUBCOMMANDS, ids=lambda entry: entry.name)
def test_every_subcommand_has_help(entry):
    done = run(entry.name, "--help")
    assert done.returncode == 0
    assert done.stdout.startswith("Usage: ")
    assert f" {entry.name} " in done.stdout


def test_the_version_is_that_of_the_distribution():
    from importlib.metadata import version

    assert run("--version").stdout.startswith(f"holdfast {version('holdfast')} (Python 3.")


def test_a_subcommand_that_does_not_exist():
    done = run("chek")
    assert done.returncode == 2
    assert "No such command 'chek'" in done.stderr


def test_a_terminal_without_box_lines_gets_plain_characters(tmp_path):
    program = "import time\nfrom holdfast import workflow\n\n@workflow\ndef w() -> float:\n    return time.time()\n"
    (tmp_path / "a.py").write_text(program)
    done = run("check", "a.py", "--no-cache", folder=tmp_path, PYTHONIOENCODING="ascii")
    assert done.returncode == 1
    assert done.stdout.isascii()
    assert "+-> a.py:5:" in done.stdout


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path):
    command = f"{sys.executable} -m holdfast rule --all | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert done.stdout == "DUR101 wall-clock\n"
    assert done.stderr == ""


def test_the_pre_commit_hooks_run_commands_that_exist():
    hooks = (Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entries = [line.partition(":")[2].split() for line in hooks.splitlines() if line.strip().startswith("entry:")]
    assert entries
    for program, *arguments in entries:
        assert program == "holdfast"
        assert run(*arguments, "--help").returncode == 0, arguments


def test_a_table_wraps_in_a_terminal_of_80_columns_and_is_one_line_a_row_in_a_pipe(tmp_path):
    database = f"sqlite:///{tmp_path / 'app.db'}"
    ids = [f"{number}/{'long' * 20}" for number in range(3)]

    @holdfast.workflow(name="listed", version="1")
    def listed() -> None: ...

    with holdfast.Engine(database) as engine:
        for each in ids:
            engine.run(listed, id=each)
    piped = subprocess.run(
        [sys.executable, "-m", "holdfast", "workflows", "list", "--database", database],
        capture_output=True,
        text=True,
        env={name: value for name, value in os.environ.items() if name != "COLUMNS"},
        check=True,
    ).stdout.splitlines()
    assert [line.split()[0] for line in piped] == ["id", *reversed(ids)]
    shown = run("workflows", "list", "--database", database, COLUMNS="80").stdout.splitlines()
    assert len(shown) > len(piped)
    assert max(map(len, shown)) <= 80
