"""Fast questions to an engine's profile."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Generic, TypeVar

from holdfast_rules.engines.profile import Operation, OperationKind, Profile, StepMarker, WorkflowMarker

T = TypeVar("T")

SPAWNERS = frozenset(
    {
        "asyncio.gather",
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.TaskGroup.create_task",
        "asyncio.AbstractEventLoop.create_task",
        "asyncio.wait",
        "asyncio.as_completed",
    }
)
"""What of the standard library starts its coroutines side by side. Engines add their own `gather`."""


class NameTable(Generic[T]):
    """Dotted names (a trailing `*` matches any further text) → what they stand for."""

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        self._exact: dict[str, T] = {}
        self._prefixes: list[tuple[str, T]] = []
        for name, meaning in entries:
            if name.endswith("*"):
                self._prefixes.append((name[:-1], meaning))
            elif name:
                self._exact.setdefault(name, meaning)

    def get(self, name: str) -> T | None:
        """Return what `name` stands for, or None."""
        found = self._exact.get(name)
        if found is None:
            for prefix, meaning in self._prefixes:
                if name.startswith(prefix):
                    return meaning
        return found


class EngineIndex:
    """One profile, indexed by dotted name."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.name = profile.name
        self._own = tuple(package + "." for package in profile.packages)
        self._packages = frozenset(profile.packages)
        self.operations: NameTable[Operation] = NameTable((op.name, op) for op in profile.operations)
        self.workflow_decorators: NameTable[WorkflowMarker] = NameTable((m.decorator, m) for m in profile.workflows)
        self.step_decorators: NameTable[StepMarker] = NameTable((m.decorator, m) for m in profile.steps)
        self.registrations: NameTable[WorkflowMarker] = NameTable((m.registration, m) for m in profile.workflows)
        self.parameter_types = frozenset(t for m in profile.workflows for t in m.parameter_type)
        self.entry_decorators = frozenset(d for m in profile.workflows for d in m.entry_decorators)
        self.excluded_decorators = frozenset(d for m in profile.workflows for d in m.excluded_decorators)
        gathers = {op.name for op in profile.operations if op.kind is OperationKind.GATHER}
        self.spawners = frozenset() if profile.records_completion else SPAWNERS | gathers
        self.deterministic = frozenset(profile.deterministic)
        self.replay_predicates = frozenset(profile.replay_predicates)
        self.workflow_predicates = frozenset(profile.workflow_predicates)
        self.outside_errors = frozenset(profile.outside_errors)
        self.loggers = NameTable((name, True) for name in profile.loggers)
        self.unrestricted = frozenset(profile.unrestricted)
        marks = {m.decorator for m in profile.workflows} | {m.registration for m in profile.workflows}
        marks |= self.parameter_types | self.entry_decorators
        self._tails: frozenset[str] | None = None
        if not any(name.endswith("*") for name in marks):
            self._tails = frozenset(name.rpartition(".")[2].removesuffix("()") for name in marks)

    @lru_cache(maxsize=4096)  # noqa: B019 - an index lives as long as the program
    def owns(self, name: str) -> bool:
        """Tell whether `name` lies in one of the engine's own packages."""
        return name in self._packages or name.startswith(self._own)

    def declares(self, name: str) -> bool:
        """Tell whether `name` is a decorator that declares workflows, or their entry points."""
        return self.workflow_decorators.get(name) is not None or name in self.entry_decorators

    def may_mark(self, name: str) -> bool:
        """Tell whether a decorator, a type or a registration whose name ends in `name` can make something a workflow."""
        return self._tails is None or name in self._tails

    def binds(self, decorator: str) -> int | None:
        """Return the place of the engine's context where calling what `decorator` marks only binds the other arguments."""
        marker = self.step_decorators.get(decorator) or self.workflow_decorators.get(decorator)
        if marker is None or not marker.called_binds:
            return None
        return marker.context_parameter[0] if marker.context_parameter is not None else -1

    def handle_of(self, decorator: str, name: str) -> str | None:
        """Return the dotted name of member `name` of what `decorator` makes of a function, where the profile says so."""
        kind = self.profile.returns.get(decorator)
        return f"{kind}.{name}" if kind else None
