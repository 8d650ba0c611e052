"""The hooks, run by the real pre-commit in a repository of their own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

WORKFLOW = """\
from holdfast import step, workflow

from clock import moment


@step
def charge(order: str, at: float) -> str:
    return order


@workflow
def checkout(order: str) -> str:
    return charge(order, moment())
"""
QUIET = "def moment() -> float:\n    return 1.0\n"
HAZARD = "import time\n\n\ndef moment() -> float:\n    return time.time()\n"


class Project:
    """A repository that uses hooks."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        # What a commit of the outer repository sets must not lead git into it.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        path = os.pathsep.join((str(Path(sys.executable).parent), kept.get("PATH", "")))
        self.environment = {**kept, "PATH": path, "PRE_COMMIT_HOME": str(home), "NO_COLOR": "1", "CI": ""}
        self.git("init", "-q", "-b", "main")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def git(self, *arguments: str) -> None:
        done = self.run("git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments)
        assert done.returncode == 0, done.stdout

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.root / f"{name}.py").write_text(text)

    def commit(self, **files: str) -> None:
        self.write(**files)
        self.git("add", "-A")
        self.git("commit", "-q", "--no-verify", "-m", "a change")

    def pre_commit(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "pre_commit", *arguments)

    def use(self, hook: str, **changes: object) -> None:
        """Use a hook as the manifest says, but for where it is installed: this environment has it already."""
        [found] = [entry for entry in HOOKS if entry["id"] == hook]
        local = {**found, "language": "system", **changes}
        config = {"repos": [{"repo": "local", "hooks": [local]}]}
        (self.root / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))


@pytest.fixture
def project(tmp_path):
    (tmp_path / "project").mkdir()
    return Project(tmp_path / "project", tmp_path / "home")


def test_a_changed_helper_is_reported_through_its_unchanged_caller(project):
    project.use("holdfast-check")
    project.commit(flow=WORKFLOW, clock=QUIET)
    project.write(clock=HAZARD)
    project.git("add", "clock.py")
    done = project.pre_commit("run")
    assert done.returncode == 1
    assert "clock.py:5:12" in done.stdout
    assert "workflow `flow:checkout`" in done.stdout


def test_a_changed_workflow_is_reported_through_its_unchanged_helper(project):
    project.use("holdfast-check", args=["--diff-base", "HEAD"])
    project.commit(flow=WORKFLOW.replace("moment()", "1.0"), clock=HAZARD)
    project.write(flow=WORKFLOW)
    project.git("add", "flow.py")
    done = project.pre_commit("run")
    assert done.returncode == 1
    assert "clock.py:5:12" in done.stdout


def test_what_was_there_before_is_let_through_with_diff_base(project):
    project.use("holdfast-check", args=["--diff-base", "HEAD"])
    project.commit(flow=WORKFLOW, clock=HAZARD)
    project.write(more="x = 1\n")
    project.git("add", "more.py")
    assert project.pre_commit("run").returncode == 0
    project.use("holdfast-check")
    assert project.pre_commit("run").returncode == 1


def test_what_is_not_staged_does_not_count(project):
    project.use("holdfast-check")
    project.commit(flow=WORKFLOW, clock=QUIET)
    project.write(clock=HAZARD, more="x = 1\n")
    project.git("add", "more.py")
    assert project.pre_commit("run").returncode == 0
    assert (project.root / "clock.py").read_text() == HAZARD


def test_many_files_are_one_check(project):
    project.use("holdfast-check", verbose=True)
    project.commit(flow=WORKFLOW, clock=QUIET, **{f"module_{number}": "x = 1\n" for number in range(60)})
    done = project.pre_commit("run", "--all-files")
    assert done.returncode == 0
    assert done.stdout.count("found nothing") == 1
    assert "62 files" in done.stdout


def test_nothing_runs_without_python(project):
    project.use("holdfast-check")
    project.commit(flow=WORKFLOW, clock=HAZARD)
    (project.root / "notes.txt").write_text("text")
    project.git("add", "notes.txt")
    assert "Skipped" in project.pre_commit("run").stdout


def test_the_fixing_hook_mends_a_helper_and_passes_once_it_is_added(project):
    project.use("holdfast-fix")
    project.commit(flow=WORKFLOW, clock=QUIET)
    project.write(clock=HAZARD)
    project.git("add", "clock.py")
    first = project.pre_commit("run")
    assert first.returncode == 1, first.stdout
    assert "files were modified by this hook" in first.stdout
    assert "return holdfast.now().timestamp()" in (project.root / "clock.py").read_text()
    project.git("add", "clock.py")
    assert project.pre_commit("run").returncode == 0


def test_the_manifest_is_valid_and_lists_both_hooks(project):
    done = project.pre_commit("validate-manifest", str(ROOT / ".pre-commit-hooks.yaml"))
    assert done.returncode == 0, done.stdout
    assert [hook["id"] for hook in HOOKS] == ["holdfast-check", "holdfast-fix"]


def test_the_repository_installs_as_hooks_repository(project, tmp_path):
    source = tmp_path / "holdfast"
    source.mkdir()
    for name in ("rules", "analyzer", "runtime"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, source / name)
    Project(source, tmp_path / "home").commit()
    project.commit(flow=WORKFLOW, clock=HAZARD)
    done = project.pre_commit("try-repo", str(source), "holdfast-check", "--all-files", "--verbose")
    assert done.returncode == 1, done.stdout
    assert "clock.py:5:12" in done.stdout, done.stdout
    assert "1 workflow: 1 violated; 2 files" in done.stdout
