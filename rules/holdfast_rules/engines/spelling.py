"""How a profile is written briefly: methods of several classes at once, names with several paths, common replacements."""

from collections.abc import Iterable, Mapping

import msgspec

from holdfast_rules.effect import Effect
from holdfast_rules.engines.profile import Operation, Profile, StepMarker, WorkflowMarker

OUTSIDE_WORLD = (
    Effect.ENVIRONMENT,
    Effect.HOST,
    Effect.TIMEZONE,
    Effect.INTERPRETER,
    Effect.DIRECTORY_ORDER,
    Effect.NETWORK,
    Effect.DATABASE,
    Effect.MODEL,
    Effect.FILE_READ,
    Effect.FILE_WRITE,
    Effect.SUBPROCESS,
    Effect.THREAD,
)
"""Effects for which no engine offers a deterministic twin: they belong into a step."""

STRUCTURED_ASYNC = (
    "asyncio.create_task",
    "asyncio.current_task",
    "asyncio.ensure_future",
    "asyncio.gather",
    "asyncio.get_event_loop",
    "asyncio.get_running_loop",
    "asyncio.shield",
    "asyncio.TaskGroup",
)
"""What engines with async workflows let user code do on a plain event loop: tasks start in the order of the code."""


def in_step(step: str, **others: str) -> Mapping[Effect, str]:
    """Return replacements: `step` for everything that only a step may do, and the engine's own words for the rest.

    Args:
        step: the clause that names the engine's step.
        others: clauses by the member name of the effect, in lower case (`clock=`, `output=`).
    """
    return dict.fromkeys(OUTSIDE_WORLD, step) | {Effect[member.upper()]: clause for member, clause in others.items()}


def owned(owners: Iterable[str], *operations: Operation) -> tuple[Operation, ...]:
    """Return each operation once for every class in `owners`, its name being the bare method name."""
    return tuple(
        msgspec.structs.replace(operation, name=f"{owner}.{operation.name}")
        for owner in owners
        for operation in operations
    )


def members(owners: Iterable[str], *names: str) -> tuple[str, ...]:
    """Return `owner.name` for each owner and name."""
    return tuple(f"{owner}.{name}" for owner in owners for name in names)


def defined_in(public: str, modules: Mapping[str, str]) -> dict[str, str]:
    """Return aliases for names that `public` re-exports.

    Args:
        public: the package that user code imports from.
        modules: module below `public` (dotted, without `public`) → the names it defines, separated by spaces.
    """
    return {
        f"{public}.{module}.{name}": f"{public}.{name}" for module, names in modules.items() for name in names.split()
    }


def spelled_out(profile: Profile) -> Profile:
    """Return the profile with every name under each path that `profile.aliases` gives it."""
    if not profile.aliases:
        return profile
    paths = _Paths(profile.aliases)
    return msgspec.structs.replace(
        profile,
        workflows=tuple(spelling for marker in profile.workflows for spelling in _workflow_spellings(marker, paths)),
        steps=tuple(spelling for marker in profile.steps for spelling in _step_spellings(marker, paths)),
        operations=tuple(
            msgspec.structs.replace(operation, name=name)
            for operation in profile.operations
            for name in paths.of(operation.name)
        ),
        instances=paths.of_keys(profile.instances),
        returns=paths.of_keys(profile.returns),
        replay_predicates=paths.of_all(profile.replay_predicates),
        workflow_predicates=paths.of_all(profile.workflow_predicates),
        outside_errors=paths.of_all(profile.outside_errors),
        loggers=paths.of_all(profile.loggers),
        unrestricted=paths.of_all(profile.unrestricted),
        control_exceptions=paths.of_keys(profile.control_exceptions),
    )


class _Paths:
    """The dotted paths of a name: as written, and under each alias of one of its prefixes."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self._others: dict[str, list[str]] = {}
        for other, canonical in aliases.items():
            self._others.setdefault(canonical, []).append(other)

    def of(self, name: str) -> tuple[str, ...]:
        found = [name]
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            rest = parts[length:]
            for other in self._others.get(".".join(parts[:length]), ()):
                found.append(".".join([other, *rest]))
        return tuple(dict.fromkeys(found))

    def of_all(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(path for name in names for path in self.of(name)))

    def of_keys(self, table: Mapping[str, str]) -> Mapping[str, str]:
        return {path: value for name, value in table.items() for path in self.of(name)}


def _workflow_spellings(marker: WorkflowMarker, paths: _Paths) -> Iterable[WorkflowMarker]:
    wide = msgspec.structs.replace(
        marker,
        entry_decorators=paths.of_all(marker.entry_decorators),
        excluded_decorators=paths.of_all(marker.excluded_decorators),
        parameter_type=paths.of_all(marker.parameter_type),
    )
    for decorator in paths.of(marker.decorator):
        for base_class in paths.of(marker.base_class):
            for registration in paths.of(marker.registration):
                yield msgspec.structs.replace(
                    wide, decorator=decorator, base_class=base_class, registration=registration
                )


def _step_spellings(marker: StepMarker, paths: _Paths) -> Iterable[StepMarker]:
    for decorator in paths.of(marker.decorator):
        for base_class in paths.of(marker.base_class):
            for registration in paths.of(marker.registration):
                yield msgspec.structs.replace(
                    marker, decorator=decorator, base_class=base_class, registration=registration
                )
