"""Reading files ahead in other processes changes nothing but the time that a check takes."""

import gc
import os
import py_compile
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from holdfast_analyzer import check_paths
from holdfast_analyzer.ahead import readers
from holdfast_analyzer.ahead.guess import likely_files
from holdfast_analyzer.ahead.readers import WORTHWHILE, Readers
from holdfast_analyzer.ahead.reading import is_python, read_file
from holdfast_analyzer.report import Report
from holdfast_analyzer.source import digest

FLOW = """\
import holdfast
from helpers.part{number} import now


@holdfast.workflow
def order{number}() -> float:
    return now()
"""
PART = "import time\n\n\ndef now() -> float:\n    return time.time()\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Workflows, what they call, broken files and newer ones; enough of them for three processes."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "helpers").mkdir()
    (tmp_path / "flows").mkdir()
    for number in range(WORTHWHILE):
        (tmp_path / f"flows/flow{number}.py").write_text(FLOW.format(number=number))
        (tmp_path / f"helpers/part{number}.py").write_text(PART)
        (tmp_path / f"other{number}.py").write_text("x = 1\n")
    (tmp_path / "helpers/part3.py").write_text("import time\ntype X = int\n" + PART)
    (tmp_path / "helpers/part4.py").write_text("def now(:\n")
    (tmp_path / "flows/flow5.py").write_text("import holdfast\nx = (\n")
    (tmp_path / "flows/flow6.py").write_text(FLOW.format(number=6) + "    x = " + " + ".join("a" * 2_000) + "\n")
    (tmp_path / "other7.py").write_text("x = 1)\n")
    (tmp_path / "other8.py").write_bytes(b"x = '\0'\n")
    (tmp_path / "other9.py").write_text("lazy import json\n")
    for path in tmp_path.rglob("*.py"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return tmp_path


class Started(list[subprocess.Popen[bytes]]):
    """The processes that were started."""


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """Counts processes; when the test is over none of them may be left."""
    found = Started()

    class Counted(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)  # type: ignore[call-overload]
            found.append(self)

    monkeypatch.setattr(subprocess, "Popen", Counted)
    yield found
    assert all(process.returncode is not None for process in found)


def told(report: Report) -> object:
    """What a report says, without the time that it took."""
    return msgspec.to_builtins(msgspec.structs.replace(report, seconds=0))


@pytest.fixture
def alone(folder: Path) -> object:
    """What a check in one process says."""
    report = check_paths(["."], jobs=1, cache_dir=None)
    assert {(error.path, error.line) for error in report.errors} == {
        ("helpers/part4.py", 1), ("flows/flow5.py", 2), ("flows/flow6.py", 8), ("other7.py", 1), ("other8.py", 1),
    }  # fmt: skip
    # Those of the broken files are missing.
    assert len(report.findings) == WORTHWHILE - 3 + 1
    return told(report)


@pytest.mark.parametrize("jobs", [2, 3, 16])
@pytest.mark.parametrize("cached", [False, True])
def test_the_report_is_the_same(alone: object, started: Started, jobs: int, cached: bool) -> None:
    for _ in range(2):
        assert told(check_paths(["."], jobs=jobs, cache_dir="cache" if cached else None)) == alone
    # A second check finds everything in its cache, and needs no one.
    assert len(started) == min(jobs - 1, readers.MOST) * (1 if cached else 2)


def test_one_job_is_one_process(alone: object, started: Started) -> None:
    assert told(check_paths(["."], jobs=1, cache_dir=None)) == alone
    assert started == []


def test_few_files_are_worth_no_process(folder: Path, started: Started) -> None:
    assert len(check_paths(["flows/flow1.py", "helpers"], jobs=16, cache_dir=None).findings) == 1
    check_paths(["other1.py"], jobs=16, cache_dir=None)
    assert len(started) == 1
    started.clear()
    check_paths(["flows/flow1.py", "other1.py"], jobs=16, cache_dir=None)
    assert started == []


DYING = {
    "at once": "import sys; sys.exit(1)",
    "after what it was asked": "import sys; sys.stdin.buffer.read(30)",
    "with half an answer": "import sys; sys.stdin.buffer.read(30); sys.stdout.buffer.write(b'\\xff\\0\\0\\0abc')",
    "with another answer": "import sys; sys.stdin.buffer.read(30); sys.stdout.buffer.write(b'\\1\\0\\0\\0\\xc1')",
    "by a crash": "import os, sys; sys.stdin.buffer.read(30); os.abort()",
    "when it has done something": readers._COMMAND.replace(
        "main()", "from holdfast_analyzer.ahead import process as p; n = [3]; r = p.read_file; "
        "p.read_file = lambda f: n.append(n.pop() - 1) or (r(f) if n[0] else __import__('os')._exit(3)); main()",
    ),
}  # fmt: skip


@pytest.mark.parametrize("how", DYING)
def test_a_process_that_dies_changes_nothing(
    how: str, alone: object, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "_COMMAND", DYING[how])
    assert told(check_paths(["."], jobs=3, cache_dir=None)) == alone
    assert len(started) == 2


def test_where_no_process_can_be_started_there_is_none(alone: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **options: object) -> None:
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert told(check_paths(["."], jobs=3, cache_dir=None)) == alone


@pytest.mark.parametrize("executable", ["", "/opt/app/painter", None])
def test_a_program_that_python_is_embedded_in_is_not_started(
    executable: str | None, alone: object, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", executable)
    assert told(check_paths(["."], jobs=3, cache_dir=None)) == alone
    assert started == []


def test_checks_in_threads_at_once(alone: object, started: Started) -> None:
    found: list[object] = []
    before = sys.getrecursionlimit(), threading.stack_size(), gc.isenabled()
    threads = [
        threading.Thread(target=lambda: found.append(told(check_paths(["."], jobs=2, cache_dir=None))))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone] * 3
    assert len(started) == 3
    assert (sys.getrecursionlimit(), threading.stack_size(), gc.isenabled()) == before


SCRIPTS = {
    "without a main guard": "report()",
    "in a worker of multiprocessing": (
        "import multiprocessing\nif __name__ == '__main__':\n"
        "    with multiprocessing.get_context('{method}').Pool(2) as pool:\n        pool.map(report, range(2))"
    ),
}


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize("kind", SCRIPTS)
def test_from_inside_another_program(kind: str, method: str, folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import os\nfrom holdfast_analyzer import check_paths\n\n"
        "def report(_=None):\n    found = check_paths(['flows', 'helpers'], jobs=2, cache_dir=None).findings\n    os.write(1, b'%d\\n' % len(found))\n\n"
        + SCRIPTS[kind].replace("{method}", method)
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert set(done.stdout.split()) == {str(WORTHWHILE - 2)}


def test_a_file_that_changes_after_it_was_read_is_read_again(
    folder: Path, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    take = Readers.take

    def changed(self: Readers, path: str) -> object:
        found = take(self, path)
        if path == "helpers/part1.py":
            Path(path).write_text("def now() -> float:\n    return 1.0\n")
        return found

    monkeypatch.setattr(Readers, "take", changed)
    findings = check_paths(["."], jobs=2, cache_dir=None).findings
    assert "helpers/part1.py" not in {finding.path for finding in findings}
    assert "helpers/part2.py" in {finding.path for finding in findings}


class Watched(Readers):
    """Says when something was read."""

    def __init__(self, jobs: int, files: Iterable[str]) -> None:
        super().__init__(jobs, files)
        self.kept = threading.Semaphore(0)

    def _keep(self, *arguments: Any) -> None:
        super()._keep(*arguments)
        self.kept.release()


def test_what_is_read_ahead_is_taken(folder: Path, started: Started) -> None:
    with Watched(2, {"flows/flow1.py", "helpers/part1.py"}) as reading:
        reading.start(WORTHWHILE)
        reading.expect(["flows/flow1.py"])
        # What it imports is read without being asked for.
        assert all(reading.kept.acquire(timeout=60) for _ in range(2))
        found = reading.take("flows/flow1.py")
        assert found is not None
        assert found == read_file("flows/flow1.py")
        assert found.digest == digest(Path("flows/flow1.py").read_bytes())
        assert reading.take("helpers/part1.py") == read_file("helpers/part1.py")
        assert reading.take("flows/flow1.py") is None
        assert reading.refused() == []


def test_what_is_not_read_is_checked(folder: Path, started: Started) -> None:
    for jobs in (1, 2):
        with Readers(jobs, ()) as reading:
            reading.start(WORTHWHILE)
            reading.check(sorted(path.name for path in folder.glob("other*.py")))
            assert set(reading.refused()) == {"other7.py", "other8.py", "other9.py"}


def test_a_compiled_file_is_python(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text("x = (1)\n")
    os.utime(path, (0, 1_700_000_000))
    py_compile.compile(str(path), doraise=True)
    # No one parses it: what was compiled was Python.
    path.write_text("x = (1(\n")
    os.utime(path, (0, 1_700_000_000))
    assert is_python(str(path))
    # Another time, or another size, is another file.
    os.utime(path, (0, 1_700_000_005))
    assert not is_python(str(path))
    path.write_text("x = (1( \n")
    os.utime(path, (0, 1_700_000_000))
    assert not is_python(str(path))


def test_an_interrupt_ends_all_processes_quietly(folder: Path) -> None:
    for number in range(400):
        (folder / f"more{number}.py").write_text("".join(f"def f{line}(a): return a + {line}\n" for line in range(300)))
    checking = subprocess.Popen(
        [sys.executable, "-m", "holdfast", "check", "--no-cache", "--jobs", "2", "."],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    threading.Event().wait(1)
    os.killpg(checking.pid, signal.SIGINT)
    _, said = checking.communicate(timeout=60)
    # Python itself tells of an interrupt that strikes in a callback of its own, such as a weak reference's.
    told = r"Exception ignored in: .*\nTraceback \(most recent call last\):\n(?:(?: .*)?\n)*KeyboardInterrupt: ?\n"
    assert "Traceback" not in re.sub(told, "", said)
    for _ in range(3_000):
        try:
            os.killpg(checking.pid, 0)
        except ProcessLookupError:
            return
        threading.Event().wait(0.02)
    raise AssertionError("a process is left")


FILES = {"a/__init__.py", "a/b.py", "a/c/__init__.py", "a/c/d.py", "b.py", "src/a/b.py", "src/a/x.py"}


@pytest.mark.parametrize(
    ("importer", "module", "level", "names", "expected"),
    [
        ("a/c/d.py", "a.b", 0, ["f"], ["a/b.py"]),
        ("a/c/d.py", "b", 0, [""], ["b.py"]),
        ("a/c/d.py", "b", 2, ["f"], ["a/b.py"]),
        ("a/c/d.py", "", 1, ["d"], ["a/c/__init__.py", "a/c/d.py"]),
        ("a/c/d.py", "", 2, ["b", "c"], ["a/__init__.py", "a/b.py"]),
        ("a/b.py", "c", 1, ["d"], ["a/c/__init__.py", "a/c/d.py"]),
        ("src/a/x.py", "a.b", 0, ["f"], ["src/a/b.py"]),
        ("src/a/x.py", "a.c.d", 0, ["f"], ["a/c/d.py"]),
        ("b.py", "json", 0, [""], []),
        ("b.py", "", 9, ["f"], []),
    ],
)
def test_the_files_that_an_import_most_likely_means(
    importer: str, module: str, level: int, names: list[str], expected: list[str]
) -> None:
    assert list(likely_files(importer, [(module, level, names)], FILES)) == expected


def test_absolute_paths_are_guessed_too(tmp_path: Path) -> None:
    importer, imported = str(tmp_path / "a" / "b.py"), str(tmp_path / "c.py")
    assert list(likely_files(importer, [("c", 0, [])], {imported})) == [imported]
