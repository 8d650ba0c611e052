"""Which files there are to check."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from holdfast_analyzer.discover import Discovery, UnusablePath, discover


def tree(root: Path, *files: str) -> Path:
    for file in files:
        path = root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return root


def found(directory: Path, *paths: str, **options: Any) -> list[str]:
    discovery = discover(paths or ["."], directory=directory, **options)
    assert discovery.errors == []
    return discovery.files


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


def test_python_files_below_folders_in_order(tmp_path: Path) -> None:
    tree(tmp_path, "b.py", "a/z.py", "a/a.py", "a/b.txt", "a/stub.pyi", "a/script", "c/d/e/f.py")
    assert found(tmp_path) == ["a/a.py", "a/z.py", "b.py", "c/d/e/f.py"]
    assert found(tmp_path, "c", "a", "a/a.py", "./a/../a") == ["a/a.py", "a/z.py", "c/d/e/f.py"]


def test_a_file_that_is_named_is_taken_whatever_its_name(tmp_path: Path) -> None:
    tree(tmp_path, "script", "build/x.py", "types.pyi")
    assert found(tmp_path, "script", "build/x.py", exclude=["build"]) == ["build/x.py", "script"]
    assert found(tmp_path, "build", exclude=["build"]) == ["build/x.py"]


def test_paths_outside_the_working_directory_are_absolute(tmp_path: Path) -> None:
    tree(tmp_path, "work/a.py", "other/b.py")
    assert found(tmp_path / "work", "../other", ".") == [str(tmp_path / "other/b.py"), "a.py"]


def test_excluded_folders(tmp_path: Path) -> None:
    tree(
        tmp_path,
        "a.py",
        ".venv/x.py",
        "node_modules/m/x.py",
        "p/build/x.py",
        "x.egg-info/x.py",
        "env/pyvenv.cfg",
        "env/lib/x.py",
    )
    assert found(tmp_path, exclude=[".venv", "node_modules", "build"]) == ["a.py"]
    assert found(tmp_path / "env") == ["lib/x.py"]


def test_patterns(tmp_path: Path) -> None:
    tree(tmp_path, "a/gen_x.py", "a/x_pb2.py", "docs/conf.py", "src/docs/m.py", "a/b/c/skip/x.py", "keep[1].py")
    assert found(tmp_path, exclude=["*_pb2.py", "gen_?.py", "docs/conf.py", "a/**/skip/"]) == [
        "keep[1].py",
        "src/docs/m.py",
    ]
    assert found(tmp_path, exclude=["/docs/*.py", "./a/*/**", "x_*", "[g-k]*.py"]) == ["src/docs/m.py"]
    assert found(tmp_path, include=["*.txt", "docs/*.py"]) == ["docs/conf.py"]
    assert found(tmp_path / "a", root=tmp_path, exclude=["a/*.py"]) == ["b/c/skip/x.py"]


def test_what_git_ignores_is_left_out(tmp_path: Path) -> None:
    tree(tmp_path, "a.py", "out/b.py", "sub/keep.py", "sub/gen.py", "tracked_gen.py", "inner/x.py", "inner/y.py")
    git(tmp_path, "init", "-q")
    (tmp_path / ".gitignore").write_text("out/\n*gen.py\n!sub/gen2.py\n")
    (tmp_path / "inner/.gitignore").write_text("y.py\n")
    git(tmp_path, "add", "-f", "tracked_gen.py")
    assert found(tmp_path) == ["a.py", "inner/x.py", "sub/keep.py", "tracked_gen.py"]
    assert found(tmp_path, "sub") == ["sub/keep.py"]
    assert found(tmp_path, "sub/gen.py") == ["sub/gen.py"]
    assert len(found(tmp_path, respect_gitignore=False)) == 7


def test_a_checkout_inside_the_tree_is_asked_too(tmp_path: Path) -> None:
    tree(tmp_path, "clone/a.py", "clone/b.py")
    git(tmp_path / "clone", "init", "-q")
    (tmp_path / "clone/.gitignore").write_text("b.py\n")
    assert found(tmp_path) == ["clone/a.py"]


def test_without_an_answer_from_git_everything_is_taken_and_said(tmp_path: Path) -> None:
    tree(tmp_path, "a.py")
    (tmp_path / ".git").write_text("gitdir: nowhere\n")
    discovery = discover(["."], directory=tmp_path)
    assert discovery.files == ["a.py"]
    [error] = discovery.errors
    assert (error.path, error.line) == (".", 0)
    assert error.message.startswith("git cannot say which files are ignored: ")


def test_links(tmp_path: Path) -> None:
    tree(tmp_path, "tree/real/a.py", "outside/b.py", "outside/c.py")
    (tmp_path / "tree/real/up").symlink_to(tmp_path / "tree")
    (tmp_path / "tree/again").symlink_to(tmp_path / "tree/real")
    (tmp_path / "tree/linked").symlink_to(tmp_path / "outside")
    (tmp_path / "tree/other_name.py").symlink_to(tmp_path / "tree/real/a.py")
    (tmp_path / "tree/single.py").symlink_to(tmp_path / "outside/c.py")
    (tmp_path / "tree/self.py").symlink_to(tmp_path / "tree/self.py")
    (tmp_path / "tree/dangling.py").symlink_to(tmp_path / "nowhere.py")
    discovery = discover(["tree"], directory=tmp_path)
    assert discovery.files == ["tree/linked/b.py", "tree/linked/c.py", "tree/real/a.py", "tree/single.py"]
    assert [(error.path, error.message) for error in discovery.errors] == [
        ("tree/self.py", "cannot be read: too many levels of symbolic links")
    ]


def test_folders_that_cannot_be_read_are_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tree(tmp_path, "a.py", "closed/b.py")
    # As root no folder is closed by its mode.
    real = os.scandir

    def scandir(path: str) -> Any:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    discovery = discover(["."], directory=tmp_path)
    assert discovery.files == ["a.py"]
    assert [(e.path, e.message) for e in discovery.errors] == [("closed", "folder cannot be read: permission denied")]


def test_names_that_are_not_text_are_said(tmp_path: Path) -> None:
    tree(tmp_path, "a.py")
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.py"))).touch()
    discovery = discover(["."], directory=tmp_path)
    assert discovery.files == ["a.py"]
    assert [error.path for error in discovery.errors] == ["\\udcff.py"]


@pytest.mark.parametrize(
    ("path", "message"),
    [("nowhere", "path `nowhere` does not exist"), ("a\0b", "is no path"), ("pipe", "neither a file nor a folder")],
)
def test_paths_that_cannot_be_checked(tmp_path: Path, path: str, message: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "pipe.py").symlink_to(tmp_path / "pipe")
    with pytest.raises(UnusablePath, match=message) as caught:
        discover([path], directory=tmp_path)
    assert caught.value.path == path
    assert found(tmp_path) == []


def test_standard_input_and_projects(tmp_path: Path) -> None:
    tree(tmp_path, "pyproject.toml", "libs/a/setup.py", "libs/b/x.py")
    assert discover(["-"], directory=tmp_path) == Discovery([], [], [], True)
    assert discover(["."], directory=tmp_path).projects == [".", "libs/a"]
