"""The pytest plugin: `pytest --holdfast` adds a determinism test for each workflow; fixtures for tests of one's own.

pytest imports this module whenever Holdfast is installed, so it imports nothing but pytest before it is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from holdfast.declare import Workflow
    from holdfast.testing import Clock, MemoryEngine

_MARKER = "holdfast"
_DRAWN = 20


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("holdfast", "determinism tests of workflows")
    group.addoption(
        "--holdfast", action="store_true", help="Add a determinism test for each workflow in the paths that are given."
    )
    group.addoption(
        "--holdfast-stub-steps",
        action="store_true",
        help="Run no step in them: results are drawn from the steps' annotations.",
    )
    group.addoption(
        "--holdfast-drawn",
        type=int,
        default=_DRAWN,
        metavar="N",
        help=f"How many arguments are drawn for a workflow that has no `examples=` ({_DRAWN}).",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line("markers", f"{_MARKER}: a determinism test of a workflow, added by --holdfast")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the workflows of a file, with `--holdfast`."""
    if not parent.config.getoption("holdfast") or file_path.suffix != ".py":
        return None
    from holdfast.testing.discovering import may_declare

    return WorkflowFile.from_parent(parent, path=file_path) if may_declare(file_path) else None


class WorkflowFile(pytest.File):
    """A file that may declare workflows."""

    def collect(self) -> Iterator[pytest.Item]:
        """Import the file and yield a test for each workflow that it declares."""
        from holdfast.testing.discovering import workflows_in

        for workflow in workflows_in(self.path):
            yield WorkflowItem.from_parent(self, name=workflow.function.__qualname__, workflow=workflow)


class WorkflowItem(pytest.Item):
    """The determinism test of one workflow."""

    def __init__(self, *, workflow: Workflow[Any, Any], **options: Any) -> None:
        super().__init__(**options)
        self.workflow = workflow
        self.funcargs: dict[str, object] = {}  # other plugins expect it, as `DoctestItem` has it
        self.add_marker(_MARKER)

    def runtest(self) -> None:
        """Run it with its examples, or with arguments that are drawn."""
        from holdfast.testing.units import prove_unit

        prove_unit(
            self.workflow,
            drawn=self.config.getoption("holdfast_drawn"),
            stub_steps=self.config.getoption("holdfast_stub_steps"),
        )

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show the report of a difference, without the traceback of the test's own machinery."""
        from holdfast.errors import HoldfastError
        from holdfast.testing import NotReplayable

        if isinstance(excinfo.value, (NotReplayable, HoldfastError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the workflow is defined, and what the test is called."""
        line = self.workflow.function.__code__.co_firstlineno - 1
        return self.path, line, f"workflow {self.name}"


@pytest.fixture
def holdfast_clock() -> Clock:
    """A clock that skips what workflows sleep."""
    from holdfast.testing import Clock

    return Clock()


@pytest.fixture
def holdfast_engine(holdfast_clock: Clock) -> Iterator[MemoryEngine]:
    """A running engine on a database in memory, by `holdfast_clock`."""
    from holdfast.testing import engine

    with engine(clock=holdfast_clock) as running:
        yield running
