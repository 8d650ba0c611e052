"""What the cache keeps between runs, and that no fault of it changes a result."""

import os
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent
from typing import NoReturn

import pytest

from holdfast_analyzer.cache import Cache
from holdfast_analyzer.cache.blobs import MAX_SEGMENTS
from holdfast_analyzer.cache.cache import KEPT_RUNS
from holdfast_analyzer.outline import Outline, outline
from holdfast_analyzer.outline.shape import Region
from holdfast_analyzer.source import SourceText
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.syntax.parse import parse_source

LONG_AGO = time.time() - 3600


def settled(path: Path, text: str) -> Path:
    path.write_text(text)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def must_not_run() -> NoReturn:
    raise AssertionError("this was in the cache")


def outlined(path: Path) -> Outline:
    return outline(parse_source(SourceText.from_bytes(str(path), path.read_bytes())))


def test_an_unchanged_file_is_known_without_being_read(tmp_path: Path) -> None:
    path = settled(tmp_path / "a.py", "import dbos\n")
    cache = Cache.open(tmp_path / "cache")
    cache.use_prefilter(b"p")
    assert cache.file_state(str(path)) is None
    cache.record(str(path), path.read_bytes(), names_engine=True)
    assert cache.outline(str(path), must_not_run, lambda: outlined(path)) == outlined(path)
    cache.save()

    warm = Cache.open(tmp_path / "cache")
    warm.use_prefilter(b"p")
    state = warm.file_state(str(path))
    assert state is not None
    assert state.names_engine is True
    assert warm.outline(str(path), must_not_run, must_not_run) == outlined(path)
    assert (cache.notices, warm.notices) == ([], [])


def test_a_changed_file_is_not_known(tmp_path: Path) -> None:
    path = settled(tmp_path / "a.py", "a = 1\n")
    cache = Cache.open(tmp_path / "cache")
    cache.outline(str(path), path.read_bytes, lambda: outlined(path))
    cache.save()
    settled(path, "bcde = 1\n")
    warm = Cache.open(tmp_path / "cache")
    assert warm.file_state(str(path)) is None
    assert list(warm.outline(str(path), path.read_bytes, lambda: outlined(path)).bindings) == ["bcde"]
    path.unlink()
    assert Cache.open(tmp_path / "cache").file_state(str(path)) is None


def test_the_same_content_elsewhere_is_known(tmp_path: Path) -> None:
    first, second = settled(tmp_path / "a.py", "a = 1\n"), settled(tmp_path / "b.py", "a = 1\n")
    cache = Cache.open(tmp_path / "cache")
    cache.outline(str(first), first.read_bytes, lambda: outlined(first))
    assert cache.outline(str(second), second.read_bytes, must_not_run) == outlined(first)


def test_a_file_that_has_only_just_changed_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("a = 1\n")
    cache = Cache.open(tmp_path / "cache")
    cache.record(str(path), path.read_bytes())
    cache.put("unit", b"k", b"v")
    cache.save()
    assert Cache.open(tmp_path / "cache").file_state(str(path)) is None


def test_a_file_that_changes_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    path = settled(tmp_path / "a.py", "a = 1\n")
    cache = Cache.open(tmp_path / "cache")
    cache.record(str(path), b"a = 1")
    cache.record(str(tmp_path / "vanished.py"), b"a = 1")
    cache.put("unit", b"k", b"v")
    cache.save()
    warm = Cache.open(tmp_path / "cache")
    assert warm.file_state(str(path)) is None
    assert warm.file_state(str(tmp_path / "vanished.py")) is None


def test_a_buffer_stands_for_its_file_in_one_run_only(tmp_path: Path) -> None:
    path = settled(tmp_path / "a.py", "a = 1\n")
    cache = Cache.open(tmp_path / "cache")
    cache.outline(str(path), path.read_bytes, lambda: outlined(path))
    cache.save()
    editing = Cache.open(tmp_path / "cache")
    editing.hold(str(path), b"b = 1\n")
    edited = outline(parse_source(SourceText(str(path), "b = 1\n")))
    assert editing.outline(str(path), must_not_run, lambda: edited) == edited
    editing.save()
    assert Cache.open(tmp_path / "cache").outline(str(path), must_not_run, must_not_run) == outlined(path)


def test_answers_of_another_prefilter_are_forgotten(tmp_path: Path) -> None:
    path = settled(tmp_path / "a.py", "import dbos\n")
    cache = Cache.open(tmp_path / "cache")
    cache.use_prefilter(b"p")
    cache.record(str(path), path.read_bytes(), names_engine=True)
    cache.save()
    other = Cache.open(tmp_path / "cache")
    other.use_prefilter(b"q")
    state = other.file_state(str(path))
    assert state is not None
    assert state.names_engine is None


def test_summaries_and_blobs(tmp_path: Path) -> None:
    path = settled(tmp_path / "a.py", "f(1)\n\nf(2)\n")
    at = (1, 1, 1, 5)
    summary: list[ir.Stmt] = [ir.ExprStatement(ir.Call(ir.Name("f", at), [], at), at)]
    cache = Cache.open(tmp_path / "cache")
    assert cache.statements(str(path), Region(1, 1, 0), path.read_bytes, lambda: summary) == summary
    assert cache.statements(str(path), Region(3, 3, 0), path.read_bytes, list) == []
    cache.put("unit", b"key", b"result")
    assert cache.get("unit", b"key") == b"result"
    cache.save()
    warm = Cache.open(tmp_path / "cache")
    assert warm.statements(str(path), Region(1, 1, 0), must_not_run, must_not_run) == summary
    assert warm.get("unit", b"key") == b"result"
    assert warm.get("unit", b"other") is None
    assert warm.get("other", b"key") is None


def test_what_making_a_fact_raises_is_passed_on_and_not_kept(tmp_path: Path) -> None:
    path = settled(tmp_path / "a.py", "a\n")
    cache = Cache.open(tmp_path / "cache")
    with pytest.raises(AssertionError):
        cache.outline(str(path), path.read_bytes, must_not_run)
    assert cache.outline(str(path), path.read_bytes, lambda: outlined(path)) == outlined(path)


def test_without_a_folder_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = settled(tmp_path / "a.py", "a = 1\n")
    cache = Cache.open(None)
    cache.use_prefilter(b"p")
    cache.record("a.py", b"a = 1\n", names_engine=False)
    cache.put("unit", b"k", b"v")
    assert cache.file_state("a.py") is None
    assert cache.get("unit", b"k") is None
    assert cache.outline("a.py", must_not_run, lambda: outlined(path)) == outlined(path)
    cache.save()
    assert os.listdir(tmp_path) == ["a.py"]


def test_the_folder_is_marked_as_a_cache(tmp_path: Path) -> None:
    cache = Cache.open(tmp_path / "deep/cache")
    cache.put("unit", b"k", b"v")
    cache.save()
    assert (tmp_path / "deep/cache/CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert (tmp_path / "deep/cache/.gitignore").read_text() == "*\n"
    assert not [name for name in os.listdir(tmp_path / "deep/cache") if name.endswith(".tmp")]


def test_a_run_that_learns_nothing_writes_nothing(tmp_path: Path) -> None:
    Cache.open(tmp_path / "cache").save()
    assert not (tmp_path / "cache").exists()


def filled(folder: Path) -> list[Path]:
    """A cache with a file and a blob; the files that it consists of."""
    path = settled(folder.parent / "a.py", "a = 1\n")
    cache = Cache.open(folder)
    cache.outline(str(path), path.read_bytes, lambda: outlined(path))
    cache.save()
    files = [found for found in folder.rglob("*") if found.is_file() and found.parent != folder]
    return sorted(files, key=lambda found: found.suffix)


@pytest.mark.parametrize("damage", ["empty", "truncated", "garbage", "flipped", "folder"])
@pytest.mark.parametrize("which", [0, 1])
def test_damage_is_said_once_and_repaired(tmp_path: Path, damage: str, which: int) -> None:
    folder = tmp_path / "cache"
    files = filled(folder)
    assert len(files) == 2
    file = files[which]
    content = file.read_bytes()
    if damage == "folder":
        file.unlink()
        file.mkdir()
    else:
        file.write_bytes(
            {
                "empty": b"",
                "truncated": content[:-3],
                "garbage": b"\xc1" * 200,
                "flipped": content[:-2] + bytes([content[-2] ^ 255]) + content[-1:],
            }[damage]
        )
    path = tmp_path / "a.py"
    cache = Cache.open(folder)
    assert cache.outline(str(path), path.read_bytes, lambda: outlined(path)) == outlined(path)
    cache.save()
    if damage == "folder":
        assert cache.notices
        return
    [(path_of_folder, message)] = cache.notices
    assert path_of_folder == str(folder)
    assert message == f"cache folder `{folder}` could not be read in full; what was lost was worked out anew"
    again = Cache.open(folder)
    assert again.outline(str(path), path.read_bytes, must_not_run) == outlined(path)
    again.save()
    assert again.notices == []


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("mine")
    cache = Cache.open(tmp_path / "cache")
    cache.put("unit", b"k", b"v")
    cache.save()
    [(path, message)] = cache.notices
    assert path == str(tmp_path / "cache")
    assert message.endswith("is no folder; results are not cached; name another with `--cache-dir`")
    assert (tmp_path / "cache").read_text() == "mine"


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = Cache.open(tmp_path / "file/cache")
    cache.put("unit", b"k", b"v")
    assert cache.get("unit", b"k") == b"v"
    cache.save()
    cache.save()
    [(_, message)] = cache.notices
    assert "cannot be written: not a directory; results are not cached" in message


def test_a_closed_folder_is_read_and_its_state_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cache"
    filled(folder)
    cache = Cache.open(folder)
    assert cache.outline(str(tmp_path / "a.py"), must_not_run, must_not_run)
    cache.put("unit", b"k", b"v")

    # As root no folder is closed by its mode.
    def closed(source: object, target: object) -> NoReturn:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", closed)
    cache.save()
    assert [message.partition(": ")[2].partition(";")[0] for _, message in cache.notices] == ["permission denied"]
    assert not [found for found in folder.rglob(".*") if found.name != ".gitignore"]


def test_another_version_of_the_tool_starts_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cache"
    filled(folder)
    monkeypatch.setattr("holdfast_analyzer.cache.cache.SCHEMA", -1)
    path = tmp_path / "a.py"
    other = Cache.open(folder)
    assert other.file_state(str(path)) is None
    assert other.outline(str(path), path.read_bytes, lambda: outlined(path)) == outlined(path)
    other.save()
    assert other.notices == []
    assert len(list(folder.rglob("*.segment"))) == 1


def test_segments_are_merged_and_what_no_run_uses_is_dropped(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    for run in range(KEPT_RUNS + 2 * MAX_SEGMENTS):
        cache = Cache.open(folder)
        if run == 0:
            cache.put("unit", b"unused", b"x" * 1000)
            cache.put("unit", b"used", b"y")
        assert cache.get("unit", b"used") == b"y"
        cache.put("unit", str(run).encode(), b"z")
        cache.save()
    segments = list(folder.rglob("*.segment"))
    assert 1 <= len(segments) <= MAX_SEGMENTS
    last = Cache.open(folder)
    assert last.get("unit", b"unused") is None
    assert last.get("unit", b"used") == b"y"
    assert last.get("unit", str(run).encode()) == b"z"
    assert last.get("unit", str(run - 5).encode()) == b"z"
    assert last.notices == []


def test_processes_at_work_at_once_keep_the_cache_whole(tmp_path: Path) -> None:
    program = dedent(
        """\
        import sys
        from holdfast_analyzer.cache import Cache
        for run in range(30):
            cache = Cache.open(sys.argv[1])
            for other in range(run):
                blob = cache.get("unit", f"{other}".encode())
                assert blob in (None, b"x" * other), blob
            cache.put("unit", f"{run}".encode(), b"x" * run)
            cache.save()
            assert cache.notices == [], cache.notices
        """
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "cache")], stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    results = [(process.communicate()[1].decode(), process.returncode) for process in running]
    assert results == [("", 0)] * 3
    assert Cache.open(tmp_path / "cache").get("unit", b"29") == b"x" * 29
