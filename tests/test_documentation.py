"""What README and the pages of `docs/` show is run: files as titled blocks, programs, and commands with their output.

In a page, a fenced block ```` ```python title="orders.py" ```` is a file, any other `python` block is a program, and a
`console` block holds commands after `$ ` with the output that follows them, and a `toml` block is a pyproject.toml.
Everything on one page happens in one
folder, in order. In an output, `...` stands for anything, on a line of its own for any lines, and times are not compared.
A `yaml` block is a CI host's; the options of its `holdfast` commands must exist.
`sql` blocks are run against a real Postgres by `tests/runtime/store/test_roles.py`. The pages of `docs/rules/` are made
from the rules, whose programs `tests/rules/test_examples.py` checks.
"""

import os
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "examples" / "shop" / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]

RULES = ROOT / "docs" / "rules"

FENCE = re.compile(
    r"^```(?P<language>\w+)(?: title=\"(?P<title>[^\"]+)\")?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
SETUP = ("pip ", "git ", "make ", "pre-commit ", "flake8 ")
"""Commands that change the machine, or need a network: told, not run."""


class Block(NamedTuple):
    """One fenced block of a page."""

    language: str
    title: str
    text: str
    line: int


def blocks(page: Path) -> list[Block]:
    text = page.read_text(encoding="utf-8")
    return [
        Block(found["language"], found["title"] or "", found["text"], text.count("\n", 0, found.start()) + 1)
        for found in FENCE.finditer(text)
    ]


def run(command: str | list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1", "COLUMNS": "80"}
    for name in ("HOLDFAST_DATABASE_URL", "CI"):
        environment.pop(name, None)
    return subprocess.run(
        command,
        shell=isinstance(command, str),
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def commands(text: str) -> list[tuple[str, list[str]]]:
    """Return the commands of a console block, each with the output that the page shows."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line.removeprefix("$ ").partition("  #")[0].strip(), []))
        elif found:
            found[-1][1].append(line)
    return found


def without_times(line: str) -> str:
    return re.sub(r"\d+\.\d+ s\b", "0.00 s", line).rstrip()


def agrees(shown: list[str], output: list[str]) -> bool:
    """Return whether an output is what a page shows; `...` stands for anything, lines included."""
    if not shown:
        return True
    escaped = [re.sub(r"([*?[])", r"[\1]", without_times(line)).replace("...", "*") for line in shown]
    return fnmatchcase("\n".join(map(without_times, output)), "\n".join(escaped))


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.parent != RULES], ids=lambda page: str(page.relative_to(ROOT))
)
def test_what_a_page_shows_is_true(page, tmp_path):
    for block in blocks(page):
        where = f"{page.name}:{block.line}"
        if block.title:
            (tmp_path / block.title).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / block.title).write_text(block.text)
        elif block.language == "python":
            done = run([sys.executable, "-c", block.text], tmp_path)
            assert done.returncode == 0, f"{where}: {done.stdout}"
        elif block.language == "toml":
            (tmp_path / "settings").mkdir(exist_ok=True)
            (tmp_path / "settings" / "pyproject.toml").write_text(block.text)
            done = run("holdfast check settings --show-settings", tmp_path)
            assert done.returncode == 0, f"{where}: {done.stdout}"
        elif block.language == "console":
            for command, shown in commands(block.text):
                if command.startswith(SETUP):
                    continue
                output = run(command, tmp_path).stdout.splitlines()
                assert agrees(shown, output), f"{where}: `{command}` prints\n" + "\n".join(output)
        elif block.language == "yaml":
            for command in re.findall(r"run: (holdfast .+)$", block.text, re.MULTILINE):
                known = run(f"holdfast {command.split()[1]} --help", tmp_path).stdout
                for option in re.findall(r"--[\w-]+", command):
                    assert option in known, f"{where}: `{command}` has no option {option}"


def test_every_page_has_no_fence_that_is_not_understood():
    for page in PAGES:
        opened = re.findall(r"^```\S.*$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert len(opened) == len(blocks(page)), page.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(page):
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", prose):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_test_command_of_the_readme_is_what_ci_runs():
    assert "make test" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("shown", "output", "agree"),
    [
        (["a", "...", "c"], ["a", "b", "b", "c"], True),
        (["a", "c"], ["a", "b", "c"], False),
        (["in 0.31 s"], ["in 12.50 s"], True),
        (["a [x] *"], ["a [x] *"], True),
        (["a [x] *"], ["a x y"], False),
        (["a ... c"], ["a b c"], True),
        (["a ... c"], ["a b d"], False),
        ([], ["anything"], True),
    ],
)
def test_how_outputs_are_compared(shown, output, agree):
    assert agrees(shown, output) is agree
