"""What marks the boundaries at which a fingerprint stops: steps, transactions, child workflows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

if TYPE_CHECKING:
    # A worker computes fingerprints, too, and reads no other engine's profile.
    from holdfast_rules.engines.profile import Argument, Profile


class Boundaries(Struct, frozen=True, kw_only=True):
    """How code that is recorded by its own name looks, for one engine.

    Attributes:
        packages: the engine's own packages: their code never counts.
        decorators: dotted names of the decorators of steps, transactions and workflows.
        unseen: dotted names of method decorators that replay never runs.
        running: the last name of an operation that runs a callable as a step's body → which arguments are that callable.
        decorating: the last name of an operation that decorates a step's body (`@ctx.run_step("name")`).
        instances: dotted factory → dotted type, for decorators that are methods of an object (`app.task`).
    """

    packages: frozenset[str]
    decorators: frozenset[str]
    unseen: frozenset[str] = frozenset()
    running: Mapping[str, tuple[Argument, ...]] = field(default_factory=dict)
    decorating: frozenset[str] = frozenset()
    instances: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, profile: Profile) -> Boundaries:
        """Return the boundaries of an engine, from its profile."""
        steps = {marker.decorator for marker in profile.steps}
        workflows = {marker.decorator for marker in profile.workflows if marker.called_is_child}
        running: dict[str, tuple[Argument, ...]] = {}
        for operation in profile.operations:
            # What may be workflow code as well is taken for it: too much counts, never too little.
            runs = tuple(argument for argument in operation.runs if argument not in operation.branches)
            if runs:
                name = operation.name.rpartition(".")[2]
                running[name] = tuple(dict.fromkeys((*running.get(name, ()), *runs)))
        return cls(
            packages=frozenset((*profile.packages, *(("holdfast_rules",) if profile.name == "holdfast" else ()))),
            decorators=frozenset((steps | workflows) - {""}),
            unseen=frozenset(name for marker in profile.workflows for name in marker.excluded_decorators),
            running=running,
            decorating=frozenset(
                operation.name.rpartition(".")[2]
                for operation in profile.operations
                if operation.returns_decorator or operation.decorates
            ),
            instances=profile.instances,
        )

    def is_engine(self, module: str) -> bool:
        """Tell whether a dotted module name is the engine's."""
        return module in self.packages or any(module.startswith(f"{package}.") for package in self.packages)


HOLDFAST: Final = Boundaries(
    packages=frozenset({"holdfast", "holdfast_rules"}),
    decorators=frozenset({"holdfast.step", "holdfast.transaction", "holdfast.workflow"}),
)
"""Those of Holdfast itself; a test holds them against its profile."""
