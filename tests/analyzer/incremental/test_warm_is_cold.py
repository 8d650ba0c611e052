"""After any edit, a run with the cache says what a run without one says; and it reads only what it must."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast_analyzer.api import analyze
from holdfast_analyzer.config import Settings
from holdfast_analyzer.report import Report

HELPERS, FLOWS = 4, 3
LONG_AGO = 1_600_000_000
"""Seconds: a file that changed within the last two seconds is read again in any case, which would hide a stale fact."""

BODIES = {
    "clean": "pass",
    "clock": "x = time.time()",
    "chance": "x = random.random()",
    "output": "print(x)",
    "state": "STATE[x] = 1",
    "read": "x = STATE.get(x)",
    "limit": "x = LIMIT",
    "unknown": "x.anything()",
    "step": "x = step(x)",
    "order": "x = [y for y in {x, 1}]",
}
IMPORTS = {
    "module": ("import h{0}", "h{0}.f"),
    "name": ("from h{0} import f", "f"),
    "renamed": ("from h{0} import f as g", "g"),
    "star": ("from h{0} import *", "f"),
    "base": ("from h{0} import Base", "type('Mine', (Base,), {{}})().run"),
    "literal": ("import importlib", "importlib.import_module('h{0}').f"),
}
COMMENTS = {
    "none": "",
    "all": "  # holdfast: ignore",
    "one": "  # holdfast: ignore[DUR101] measured",
    "noqa": "  # noqa: DUR101",
}
DECORATORS = {
    "engine": ("import holdfast", "@holdfast.workflow"),
    "own": ("from own import flow", "@flow"),
    "none": ("", ""),
}  # fmt: skip


@dataclass(frozen=True)
class Helper:
    """A module that workflows call into."""

    there: bool = True
    package: bool = False
    broken: bool = False
    renamed: bool = False
    body: str = "clean"
    comment: str = "none"
    calls: int | None = None
    at_import: bool = False

    def text(self, number: int) -> str:
        """The source."""
        further = f"import h{self.calls}\n" if self.calls is not None else ""
        call = f"h{self.calls}.f(x)" if self.calls is not None else "x"
        return (
            f"import random\nimport time\nfrom steps import step\n{further}\nSTATE = {{}}\n"
            f"LIMIT = {'time.time()' if self.at_import else '1'}\n\n\n"
            f"def {'other' if self.renamed else 'f'}(x=None):\n    {BODIES[self.body]}{COMMENTS[self.comment]}\n    return {call}\n\n\n"
            f"class Base:\n    def run(self, x=None):\n        {BODIES[self.body]}\n        return x\n"
            + "def (\n"
            * self.broken
        )


@dataclass(frozen=True)
class Flow:
    """A module with a workflow."""

    there: bool = True
    broken: bool = False
    decorator: str = "engine"
    uses: str = "module"
    calls: int = 0
    comment: str = "none"

    def text(self, number: int) -> str:
        """The source."""
        first, decorator = DECORATORS[self.decorator]
        second, call = IMPORTS[self.uses]
        return (
            f"{first}\n{second.format(self.calls)}\n\n\n{decorator}\ndef order_{number}(x: int):\n"
            f"    return {call.format(self.calls)}(x){COMMENTS[self.comment]}\n" + "x = (\n" * self.broken
        )


@dataclass
class Project:
    """What stands on disk, and when each file was changed."""

    folder: Path
    helpers: list[Helper] = field(default_factory=lambda: [Helper()] * HELPERS)
    flows: list[Flow] = field(default_factory=lambda: [Flow()] * FLOWS)
    own: str = "wraps"
    clock: int = LONG_AGO

    def files(self) -> dict[str, str]:
        """Path → content of every file."""
        found = {
            "steps.py": "import holdfast\n\n\n@holdfast.step\ndef step(x): return x\n",
            "plain.py": "import json  # nothing of an engine\n",
        }
        if self.own != "none":
            wraps = "holdfast.workflow(function)" if self.own == "wraps" else "function"
            found["own.py"] = f"import holdfast\n\n\ndef flow(function):\n    return {wraps}\n"
        for number, helper in enumerate(self.helpers):
            if helper.there:
                found[f"h{number}/__init__.py" if helper.package else f"h{number}.py"] = helper.text(number)
        for number, flow in enumerate(self.flows):
            if flow.there:
                found[f"flow{number}.py"] = flow.text(number)
        return found

    def write(self) -> set[str]:
        """Bring the disk up to date; return the paths of the files that changed."""
        wanted = self.files()
        there = {str(path.relative_to(self.folder)) for path in self.folder.rglob("*.py")}
        for path in there - wanted.keys():
            (self.folder / path).unlink()
            if (self.folder / path).parent != self.folder:
                (self.folder / path).parent.rmdir()
        changed = there - wanted.keys()
        for path, text in wanted.items():
            file = self.folder / path
            if path not in there or file.read_text() != text:
                file.parent.mkdir(exist_ok=True)
                file.write_text(text)
                self.clock += 10
                os.utime(file, (self.clock, self.clock))
                changed.add(path)
        return changed

    def edit(self, change: tuple[Any, ...]) -> None:
        """Apply one edit."""
        kind, number, name, value = change
        if kind == "own":
            self.own = value
            return
        modules: list[Any] = self.helpers if kind == "helper" else self.flows
        modules[number] = replace(modules[number], **{name: value})


def options(kind: str, count: int, fields: dict[str, list[Any]]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Edits of one kind of module."""
    return st.sampled_from(sorted(fields)).flatmap(
        lambda name: st.tuples(st.just(kind), st.integers(0, count - 1), st.just(name), st.sampled_from(fields[name]))
    )


FLAG = [False, True]
EDITS = st.one_of(
    options("helper", HELPERS, {
        "there": FLAG, "package": FLAG, "broken": FLAG, "renamed": FLAG, "at_import": FLAG, "body": sorted(BODIES),
        "comment": sorted(COMMENTS), "calls": [None, 0, 1, 2, 3],
    }),
    options("flow", FLOWS, {
        "there": FLAG, "broken": FLAG, "decorator": sorted(DECORATORS), "uses": sorted(IMPORTS), "calls": [0, 1, 2, 3],
        "comment": sorted(COMMENTS),
    }),
    st.tuples(st.just("own"), st.just(0), st.just(""), st.sampled_from(["wraps", "passes", "none"])),
)  # fmt: skip


def said(report: Report) -> Any:
    """All of a report but its duration."""
    return msgspec.to_builtins(msgspec.structs.replace(report, seconds=0.0))


def run(folder: Path, cache: bool, paths: tuple[str, ...] = (".",)) -> Report:
    """Check paths in a folder, which is the working directory."""
    return analyze(paths, Settings(root=str(folder), cache_dir=".holdfast_cache" if cache else None, jobs=1))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of the project's files that are read, from now on."""
    found: set[str] = set()
    real = Path.read_bytes

    def read_bytes(self: Path) -> bytes:
        if self.suffix == ".py":
            found.add(str(self))
        return real(self)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    return found


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """Empty the working directory."""

    def make() -> Path:
        folder = tmp_path / "project"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        monkeypatch.chdir(folder)
        return folder

    return make


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=st.lists(st.lists(EDITS, min_size=1, max_size=3), min_size=1, max_size=8), alone=st.booleans())
def test_any_edits(fresh, reads, edits, alone):
    project = Project(fresh())
    for batch in [[], *edits]:
        for change in batch:
            project.edit(change)
        project.write()
        # What workflows call into need not be among the files that are checked.
        paths = tuple(path for path in sorted(project.files()) if path.startswith("flow")) if alone else (".",)
        warm = said(run(project.folder, True, paths))
        assert warm == said(run(project.folder, False, paths))
        reads.clear()
        assert said(run(project.folder, True, paths)) == warm
        # With nothing to learn there is nothing to read, but why a file cannot be parsed: the cache was truly used.
        assert reads <= {path for path, text in project.files().items() if text.endswith("(\n")}


def test_only_what_changed_is_read(fresh, reads):
    project = Project(fresh())
    project.helpers[0] = replace(project.helpers[0], calls=1)
    project.helpers[1] = replace(project.helpers[1], body="clock")
    project.flows[1:] = [replace(flow, calls=2) for flow in project.flows[1:]]
    project.write()
    first = run(project.folder, cache=True)
    assert [finding.path for finding in first.findings if finding.severity != "note"] == ["h1.py"]
    reads.clear()
    assert said(run(project.folder, cache=True)) == said(first)
    assert reads == set()
    (project.folder / "plain.py").write_text("import os\n")
    os.utime(project.folder / "plain.py", (LONG_AGO, LONG_AGO))
    run(project.folder, cache=True)
    assert reads == {"plain.py"}
    reads.clear()
    project.helpers[1] = replace(project.helpers[1], body="chance")
    (project.folder / "plain.py").unlink()
    assert project.write() == {"h1.py", "plain.py"}
    second = run(project.folder, cache=True)
    assert [f.code for f in second.findings if f.severity != "note"] == ["DUR102"]
    # Of the workflows the one that calls into the changed file is followed again, no other.
    assert "h1.py" in reads
    assert not reads & {"flow1.py", "flow2.py", "h2.py", "h3.py"}


def test_a_file_that_was_just_changed_is_read_again_even_if_its_time_and_size_are_the_same(fresh, reads):
    project = Project(fresh())
    project.helpers[0] = replace(project.helpers[0], body="clock")
    project.write()
    path = project.folder / "h0.py"
    path.write_text(path.read_text())
    times = path.stat().st_mtime_ns
    assert [f.code for f in run(project.folder, cache=True).findings if f.severity != "note"] == ["DUR101"]
    path.write_text(path.read_text().replace("time.time()", "len('time')"))
    os.utime(path, ns=(times, times))
    assert [f.code for f in run(project.folder, cache=True).findings if f.severity != "note"] == []
