"""`pytest --holdfast` as a project runs it: in a process of its own."""

import subprocess
import sys
from pathlib import Path

import pytest

FLOWS = """
import time
from dataclasses import dataclass

from holdfast import step, workflow


@dataclass
class Line:
    sku: str
    pieces: int


@step
def charge(order: str, pieces: int) -> str:
    open("charged", "a").write(order)
    return order


@workflow
def checkout(order: str, lines: list[Line]) -> str:
    return charge(order, sum(line.pieces for line in lines))


@workflow
def late(order: str, pieces: int) -> str:
    return charge(f"{order} {time.time()}" if pieces > 10 else order, pieces)


@workflow(examples=[("o-1", object)])
def given(order: str, kind: str = "plain") -> str:
    return charge(order, len(kind))


class Opaque:
    def __init__(self, handle) -> None:
        self.handle = handle


@workflow
def vague(order) -> str:
    return charge(order, 1)
"""

TESTS = """
from shop.flows import checkout


def test_own(holdfast_engine, holdfast_clock):
    holdfast_clock.advance(60)
    assert holdfast_engine.run(checkout, "o-1", []) == "o-1"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").touch()
    (tmp_path / "shop" / "flows.py").write_text(FLOWS.replace('("o-1", object)', '("o-1", "fine")'))
    (tmp_path / "test_shop.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\npythonpath = .\n")
    return tmp_path


def run(project: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-v", *arguments]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=180, check=False)
    return done.stdout + done.stderr


def test_each_workflow_is_a_test_and_fails_with_the_smallest_input(project: Path) -> None:
    output = run(project, "--holdfast", "--holdfast-stub-steps", "--holdfast-drawn", "8", "shop")
    assert "shop/flows.py::checkout PASSED" in output
    assert "shop/flows.py::given PASSED" in output
    assert "shop/flows.py::late FAILED" in output
    assert "late('', 11)" in output
    assert "DUR101 wall-clock" in output
    assert "parameter `order` of workflow `shop.flows.vague` has no annotation" in output
    assert "2 failed, 2 passed" in output
    assert not (project / "charged").exists()


def test_without_the_option_nothing_is_collected_and_the_fixtures_work(project: Path) -> None:
    output = run(project)
    assert "test_shop.py::test_own PASSED" in output
    assert "1 passed" in output


def test_determinism_tests_can_be_chosen_by_their_marker(project: Path) -> None:
    output = run(project, "--holdfast", "-m", "holdfast", "-k", "checkout", "--holdfast-drawn", "3")
    assert "shop/flows.py::checkout PASSED" in output
    assert "test_own" not in output
    assert (project / "charged").exists()


def test_the_plugin_imports_nothing_before_it_is_needed() -> None:
    code = (
        "import sys, holdfast; known = set(sys.modules); import holdfast.testing.pytest_plugin;"
        "print([name for name in set(sys.modules) - known if name.startswith(('holdfast', 'hypothesis', 'sqlite3'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert sorted(eval(done.stdout)) == ["holdfast.testing", "holdfast.testing.pytest_plugin"]
