"""A git repository of the test's own."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

IDENTITY = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")


class Repository:
    """A checkout to write to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str) -> str:
        done = subprocess.run(
            ["git", *IDENTITY, *arguments], cwd=self.root, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())

    def commit(self, **files: str) -> str:
        for name, text in files.items():
            self.write(f"{name}.py", text)
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "a change")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """An empty repository in a folder whose name needs care."""
    root = tmp_path / "a project"
    root.mkdir()
    return Repository(root)


@pytest.fixture
def changed(repository: Repository) -> Callable[[str], dict[str, tuple[tuple[int, int], ...]]]:
    """Return the changed lines by name below the repository's root."""
    from holdfast_analyzer.git import changes_since

    def since(revision: str) -> dict[str, tuple[tuple[int, int], ...]]:
        found = changes_since(str(repository.root), revision)
        return {str(Path(path).relative_to(repository.root)): lines for path, lines in found.lines.items()}

    return since
