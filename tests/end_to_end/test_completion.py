"""`holdfast completion SHELL`, and what shells are answered: asked as each of them asks, and by a real bash."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(sys.executable).parent


def ask(shell: str, words: list[str], incomplete: str, program: str = "") -> list[str]:
    """Return what a shell is answered, one completion a line, as click's scripts ask for it."""
    asked = {
        "bash": {"COMP_WORDS": " ".join([*words, incomplete]), "COMP_CWORD": str(len(words))},
        "zsh": {"COMP_WORDS": " ".join([*words, incomplete]), "COMP_CWORD": str(len(words))},
        "fish": {"COMP_WORDS": " ".join(words), "COMP_CWORD": incomplete},
    }[shell]
    done = subprocess.run(
        [sys.executable, *(["-c", program] if program else ["-m", "holdfast"])],
        env={**os.environ, **asked, "_HOLDFAST_COMPLETE": f"{shell}_complete"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.splitlines()


def words(answer: list[str]) -> list[str]:
    return [line.partition(",")[2] for line in answer]


def test_subcommands():
    assert words(ask("bash", ["holdfast"], "che")) == ["check"]
    assert {"check", "explain", "graph", "completion"} <= set(words(ask("bash", ["holdfast"], "")))
    assert ask("zsh", ["holdfast"], "expl")[:2] == ["plain", "explain"]
    assert ask("fish", ["holdfast"], "expl")[0].startswith("plain,explain\t")


def test_options_of_subcommands_and_their_values():
    assert words(ask("bash", ["holdfast", "check"], "--sel")) == ["--select"]
    assert words(ask("bash", ["holdfast", "graph", "unit", "--format"], "m")) == ["mermaid"]
    assert words(ask("bash", ["holdfast", "workflows"], "li")) == ["list"]
    assert words(ask("bash", ["holdfast", "check", "--engine"], "temp")) == ["temporal"]


def test_rules_by_code_and_name():
    assert words(ask("bash", ["holdfast", "rule"], "DUR10"))[:2] == ["DUR101", "DUR102"]
    assert words(ask("bash", ["holdfast", "check", "--select"], "wall")) == ["wall-clock"]
    assert ask("bash", ["holdfast", "check", "--ignore"], "DUR2,dur1")[0] == "plain,DUR2,DUR101"


IMPORTED = """
import atexit, sys
atexit.register(lambda: print("plain," + " ".join(sys.modules)))
from holdfast.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("asked", "incomplete", "never"),
    [
        (["holdfast"], "", {"psycopg", "sqlite3", "libcst", "astroid", "rich", "holdfast_analyzer", "holdfast_rules"}),
        (["holdfast", "check"], "--", {"psycopg", "sqlite3", "libcst", "astroid", "holdfast_analyzer.analysis"}),
        (["holdfast", "explain"], "--", {"psycopg", "sqlite3", "libcst", "astroid", "holdfast_analyzer.analysis"}),
        (["holdfast", "worker"], "--", {"libcst", "astroid", "holdfast_analyzer"}),
    ],
)
def test_only_what_is_asked_for_is_imported(asked, incomplete, never):
    *answer, modules = words(ask("bash", asked, incomplete, IMPORTED))
    assert answer
    assert not never & set(modules.split())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_asks_holdfast(shell):
    done = subprocess.run(
        [sys.executable, "-m", "holdfast", "completion", shell], capture_output=True, text=True, check=True, timeout=60
    )
    assert f"_HOLDFAST_COMPLETE={shell}_complete" in done.stdout


def test_the_shell_is_that_of_the_user():
    def told(shell: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "holdfast", "completion"],
            env={**os.environ, "SHELL": shell}, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip

    assert "_HOLDFAST_COMPLETE=fish_complete" in told("/usr/bin/fish").stdout
    refused = told("/bin/tcsh")
    assert refused.returncode == 2
    assert "`SHELL` names `tcsh`; write one of bash, zsh, fish" in refused.stderr


def test_a_real_bash_completes():
    bash = shutil.which("bash")
    assert bash is not None
    script = """
    eval "$(holdfast completion bash)"
    COMP_WORDS=(holdfast explain --out) COMP_CWORD=2
    _holdfast_completion holdfast
    echo "${COMPREPLY[@]}"
    """
    path = os.pathsep.join((str(ROOT), os.environ.get("PATH", "")))
    done = subprocess.run(
        [bash, "--norc", "-c", script],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == "--output-format\n"
