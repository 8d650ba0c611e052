"""Paths that lead nowhere, in circles, or to what cannot be opened."""

import os
from pathlib import Path

import pytest

GOOD = ("good.py", 7, "DUR101")


@pytest.fixture
def good(folder: Path, workflow: str) -> Path:
    """A folder with one workflow."""
    (folder / "good.py").write_text(workflow)
    return folder


@pytest.mark.parametrize("arguments", [["nowhere"], ["good.py", "nowhere.py"], ["good.py/x.py"], ["-", "nowhere"]])
def test_a_path_that_does_not_exist(good, check, arguments):
    result = check(*arguments)
    assert result.status == 2
    assert arguments[-1] in result.err
    assert "does not exist" in result.err


def test_a_path_that_is_neither_file_nor_folder(good, check):
    os.mkfifo(good / "pipe.py")
    result = check("pipe.py")
    assert result.status == 2
    assert "path `pipe.py` is neither a file nor a folder" in result.err
    assert check().document.hazards() == [GOOD]


def test_links_in_circles(good, check):
    (good / "loop").symlink_to(good)
    (good / "self.py").symlink_to("self.py")
    (good / "a").symlink_to("b")
    (good / "b").symlink_to("a")
    (good / "nothing.py").symlink_to("nowhere.py")
    (good / "deeper").mkdir()
    (good / "deeper" / "up").symlink_to("..")
    (good / "same.py").symlink_to("good.py")
    document = check().document
    assert document.hazards() == [GOOD]
    assert document.files == 1
    assert all("cannot be read" in message for _, _, message in document.complaints())
    assert check("loop/good.py").document.files == 1
    assert check("self.py").status == 2


def test_a_folder_named_like_a_module(good, check, workflow):
    (good / "x.py").mkdir()
    (good / "x.py" / "inner.py").write_text(workflow)
    (good / "clock.py").mkdir()
    (good / "user.py").write_text(workflow.replace("time.time()", "clock.now()").replace("time", "clock", 1))
    document = check().document
    assert sorted(document.hazards()) == [GOOD, ("x.py/inner.py", 7, "DUR101")]
    assert document.complaints() == []
    assert check("x.py").document.hazards() == [("x.py/inner.py", 7, "DUR101")]


def refuse(monkeypatch: pytest.MonkeyPatch, name: str, error: OSError) -> None:
    """Let each attempt to open a file of this name fail: as root no file is closed by its mode."""
    real_open, real_read = open, Path.read_bytes

    def opened(file, *arguments, **options):
        if os.path.basename(os.fspath(file)) == name if isinstance(file, (str, Path)) else False:
            raise error
        return real_open(file, *arguments, **options)

    def read_bytes(self):
        if self.name == name:
            raise error
        return real_read(self)

    monkeypatch.setattr("builtins.open", opened)
    monkeypatch.setattr(Path, "read_bytes", read_bytes)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (PermissionError(13, "Permission denied"), "cannot be read: permission denied"),
        (OSError(5, "Input/output error"), "cannot be read: input/output error"),
        (FileNotFoundError(2, "No such file or directory"), "cannot be read: no such file or directory"),
    ],
)
@pytest.mark.parametrize("reached", [False, True], ids=["aside", "imported"])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_file_that_cannot_be_read(good, check, workflow, monkeypatch, error, said, reached, jobs):
    (good / "shut.py").write_text("def f():\n    pass\n")
    if reached:
        (good / "good.py").write_text(workflow + "import shut\n")
    refuse(monkeypatch, "shut.py", error)
    document = check("--jobs", jobs, "--no-cache").document
    assert document.hazards() == [GOOD]
    assert document.complaints() == [("shut.py", 0, said)]


@pytest.mark.parametrize("cache", [[], ["--no-cache"]], ids=["cached", "uncached"])
@pytest.mark.parametrize("gone", ["good.py", "helper.py", "plain.py"])
def test_a_file_that_vanishes_between_being_found_and_being_read(good, check, workflow, monkeypatch, gone, cache):
    import holdfast_analyzer.analysis as analysis

    (good / "helper.py").write_text("import time\n\n\ndef now():\n    return time.time()\n")
    (good / "plain.py").write_text("x = 1\n")
    (good / "user.py").write_text(workflow.replace("time.time()", "helper.now()").replace("time", "helper", 1))
    for path in good.glob("*.py"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    check(*cache)
    real = analysis.discover

    def discover(*arguments, **options):
        found = real(*arguments, **options)
        (good / gone).unlink()
        return found

    monkeypatch.setattr(analysis, "discover", discover)
    document = check(*cache).document
    assert document.complaints() == [(gone, 0, "cannot be read: no such file or directory")]
    expected = {"good.py": [("helper.py", 5)], "helper.py": [GOOD[:2]], "plain.py": [GOOD[:2], ("helper.py", 5)]}[gone]
    assert [(path, line) for path, line, _ in document.hazards()] == expected


def test_a_folder_that_cannot_be_listed(good, check, workflow, monkeypatch):
    (good / "shut").mkdir()
    (good / "shut" / "x.py").write_text(workflow)
    real = os.scandir

    def scandir(path="."):
        if os.path.basename(path) == "shut":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    document = check().document
    assert document.hazards() == [GOOD]
    assert document.complaints() == [("shut", 0, "folder cannot be read: permission denied")]


BROKEN_SETTINGS = {
    "toml": ("[tool.holdfast]\nselect = [}\n", "pyproject.toml", "line 2"),
    "toml that ends early": ("[tool.holdfast]\nselect = [\n", "pyproject.toml", "end of document"),
    "key twice": ("[tool.holdfast]\njobs = 1\njobs = 2\n", "pyproject.toml", "line 3"),
    "unknown key": ("[tool.holdfast]\nselct = ['DUR1']\n", "pyproject.toml", "select"),
    "type": ("[tool.holdfast]\njobs = 'many'\n", "pyproject.toml", "jobs"),
    "unknown rule": ("[tool.holdfast]\nselect = ['DUR999']\n", "pyproject.toml", "DUR999"),
}


@pytest.mark.parametrize("kind", BROKEN_SETTINGS)
def test_settings_that_cannot_be_used_name_the_file_and_the_place(good, check, kind):
    text, name, place = BROKEN_SETTINGS[kind]
    (good / "pyproject.toml").write_text(text)
    result = check()
    assert result.status == 2
    assert name in result.err
    assert place in result.err
    assert check("--isolated").document.hazards() == [GOOD]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"[tool.holdfast]\nname = '\xe9'\n", b"\0"])
def test_settings_that_are_no_text(good, check, content):
    (good / "pyproject.toml").write_bytes(content)
    result = check()
    assert result.status == 2
    assert "pyproject.toml" in result.err


def test_a_broken_project_file_of_another_tool_is_not_ours(good, check):
    (good / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    assert check().document.hazards() == [GOOD]
    (good / "pyproject.toml").unlink()
    (good / "pyproject.toml").mkdir()
    assert check().document.hazards() == [GOOD]
