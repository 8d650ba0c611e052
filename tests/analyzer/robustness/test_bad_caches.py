"""A cache that is closed, broken or someone else's never changes a result."""

import os
import random
import shutil
from pathlib import Path

import msgspec
import pytest

CLOCK = "import time\n\n\ndef now():\n    return time.time()\n"


@pytest.fixture
def project(folder: Path, workflow: str) -> Path:
    """A project whose files are old enough to be known by their times."""
    (folder / "clock.py").write_text(CLOCK)
    (folder / "flow.py").write_text(workflow.replace("time.time()", "clock.now()").replace("time", "clock", 1))
    (folder / "bad.py").write_text("import holdfast\nx = (\n")
    for path in folder.glob("*.py"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    return folder


@pytest.fixture
def same(project, check):
    """Check with a cache folder: the result must be that without a cache; returns what is said beside it."""
    plain = check("--no-cache").document
    assert plain.hazards() == [("clock.py", 5, "DUR101")]
    assert [path for path, _, _ in plain.complaints()] == ["bad.py"]

    def run(cache: str = ".holdfast_cache") -> list[tuple[str, int, str]]:
        cached = check("--cache-dir", cache).document
        assert cached.findings == plain.findings
        assert cached.units == plain.units
        assert cached.files == plain.files
        return [said for said in cached.complaints() if said[0] != "bad.py"]

    return run


def stored(folder: Path) -> list[Path]:
    """The files of the cache that hold results."""
    return sorted(
        path
        for path in (folder / ".holdfast_cache").rglob("*")
        if path.is_file() and path.parent != folder / ".holdfast_cache"
    )


def test_a_cache_is_written_used_and_silent(project, same):
    assert same() == []
    before = {path: path.read_bytes() for path in stored(project)}
    assert before
    assert same() == []
    assert {path: path.read_bytes() for path in stored(project)} == before


def test_a_file_in_the_cache_folders_place(project, same):
    (project / ".holdfast_cache").write_text("not a folder")
    for _ in range(2):
        ((path, line, message),) = same()
        assert (path.rpartition("/")[2], line) == (".holdfast_cache", 0)
        assert "is no folder; results are not cached; name another with `--cache-dir`" in message


@pytest.mark.parametrize("closed", ["mkdir", "open", "replace"])
def test_a_cache_that_cannot_be_written(project, same, monkeypatch, closed):
    # As root no folder is read-only by its mode.
    def refuse(self, *arguments, **options):
        raise PermissionError(13, "Permission denied", str(self))

    real = open
    if closed == "mkdir":
        monkeypatch.setattr(Path, "mkdir", refuse)
    elif closed == "replace":
        monkeypatch.setattr(os, "replace", refuse)
    else:
        monkeypatch.setattr("builtins.open", lambda file, mode="r", *a, **k: refuse(file) if "w" in mode or "x" in mode else real(file, mode, *a, **k))  # fmt: skip
        monkeypatch.setattr(Path, "write_text", refuse)
        monkeypatch.setattr(Path, "write_bytes", refuse)
    ((_, line, message),) = same()
    assert line == 0
    assert "cannot be written: permission denied; results are not cached" in message


def test_a_cache_below_a_device(same):
    ((_, _, message),) = same("/dev/null/cache")
    assert "results are not cached" in message


@pytest.mark.parametrize("damage", ["truncated", "emptied", "flipped", "replaced", "folder"])
def test_a_damaged_cache_is_worked_out_anew(project, same, damage):
    same()
    shutil.copytree(project / ".holdfast_cache", project / "whole")
    rng = random.Random(1)
    for number in range(len(stored(project))):
        shutil.rmtree(project / ".holdfast_cache")
        shutil.copytree(project / "whole", project / ".holdfast_cache")
        path = stored(project)[number]
        content = bytearray(path.read_bytes())
        if damage == "truncated":
            content = content[: len(content) // 2]
        elif damage == "emptied":
            content = bytearray()
        elif damage == "flipped":
            for _ in range(20):
                content[rng.randrange(len(content))] ^= 1 << rng.randrange(8)
        elif damage == "replaced":
            content = bytearray(b"#!/bin/sh\n" * 50)
        path.unlink()
        if damage == "folder":
            path.mkdir()
        else:
            path.write_bytes(content)
        for said in same():
            assert "could not be read in full" in said[2] or "cannot be written" in said[2]
        if damage != "folder":
            assert same() == []


def test_a_cache_of_another_version(project, same, monkeypatch):
    monkeypatch.setattr("holdfast_analyzer.cache.cache.SCHEMA", 999)
    assert same() == []
    monkeypatch.undo()
    os.chdir(project)
    assert same() == []
    assert same() == []


def test_facts_of_another_shape_under_the_right_keys(project, same, monkeypatch):
    same()
    real = msgspec.msgpack.encode
    monkeypatch.setattr(msgspec.msgpack, "encode", lambda value, **options: real(["nonsense", 1], **options))
    (project / "clock.py").write_text("# changed\n" + CLOCK)
    (project / "clock.py").write_text(CLOCK)
    shutil.rmtree(project / ".holdfast_cache")
    same()
    monkeypatch.undo()
    os.chdir(project)
    same()
    assert same() == []


def test_files_that_vanish_between_two_runs(project, same, check):
    same()
    (project / "clock.py").unlink()
    document = check().document
    assert document.hazards() == []
    assert [unit.verdict for unit in document.units] == ["unknown"]
    (project / "clock.py").write_text(CLOCK)
    assert check().document.hazards() == [("clock.py", 5, "DUR101")]
