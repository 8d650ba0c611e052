"""`@workflow`: a function that is finished once it was started, whatever crashes meanwhile."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar, overload

from holdfast.declare.definition import Bound, Definition, P, R, module_of
from holdfast.declare.registry import register
from holdfast.declare.signature import Signature
from holdfast.errors import NotAWorkflow

if TYPE_CHECKING:
    from holdfast_rules.fingerprint import Fingerprint

_STARS: dict[Any, str] = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}

_F = TypeVar("_F", bound=Callable[..., Any])


class Workflow(Definition[P, R]):
    """A declared workflow.

    Attributes:
        examples: argument tuples for the determinism tests.
        own_version: a version that the author keeps by hand, instead of the code's fingerprint.
        fingerprint: of its code, once `fix_versions` or `version` has worked it out.
    """

    kind = "workflow"

    def __init__(
        self,
        function: Callable[P, R],
        *,
        name: str | None = None,
        version: str | None = None,
        examples: Sequence[tuple[Any, ...]] = (),
        limit: int | None = None,
    ) -> None:
        super().__init__(function, name, limit)
        self._refuse_untyped(function)
        self.examples = list(examples)
        self.own_version = version
        self.fingerprint: Fingerprint | None = None
        register(self)

    def _refuse_untyped(self, function: Callable[..., Any]) -> None:
        """Refuse what only a workflow must declare: its arguments are read back when its code may be another."""
        for parameter in inspect.signature(function).parameters.values():
            stars = _STARS.get(parameter.kind)
            if stars is not None and parameter.annotation is inspect.Parameter.empty:
                raise NotAWorkflow(
                    f"`{stars}{parameter.name}` of workflow `{self.name}` has no type, so stored arguments could not be"
                    f" told apart; annotate it, as in `{stars}{parameter.name}: str`"
                )

    @property
    def implicit(self) -> int:
        """None: the object of a workflow method is stored with its arguments, so that any executor can go on."""
        return 0

    @functools.cached_property
    def signature(self) -> Signature:
        """The signature; the object of a method counts as an argument of its class."""
        if self.owner is not None:
            first = next(iter(self.function.__code__.co_varnames), None)
            if first is not None and first not in self.function.__annotations__:
                self.function.__annotations__[first] = self.owner
        return super().signature

    @property
    def version(self) -> str:
        """The fingerprint of its code, or the version that its author gave."""
        if self.own_version is not None:
            return f"{self.name}@{self.own_version}"
        if self.fingerprint is None:
            from holdfast.declare.version import fix_versions

            fix_versions([self])
        assert self.fingerprint is not None
        return f"{self.name}@{self.fingerprint.digest}"

    @property
    def unit(self) -> str:
        """What analysis calls it: `pkg.module:qualname`."""
        return f"{module_of(self.function)}:{self.function.__qualname__}"

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run durably: as a child in workflow code, else under the active engine."""
        from holdfast.engine.calling import call_workflow

        return call_workflow(self, args, kwargs, sys._getframe(1))  # type: ignore[no-any-return]


@overload
def workflow(function: Callable[P, R], /) -> Workflow[P, R]: ...
@overload
def workflow(
    *,
    name: str | None = None,
    version: str | None = None,
    examples: Sequence[tuple[Any, ...]] = (),
    limit: int | None = None,
) -> Callable[[Callable[P, R]], Workflow[P, R]]: ...
def workflow(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    version: str | None = None,
    examples: Sequence[tuple[Any, ...]] = (),
    limit: int | None = None,
) -> Any:
    """Declare a durable workflow: a plain or async function, or a method.

    Args:
        function: the workflow's code; it must be deterministic outside its steps.
        name: under which it is recorded; module and qualified name unless given. Renaming loses work in flight.
        version: recorded instead of the fingerprint of the code, for authors who keep versions by hand.
        examples: argument tuples that the determinism tests run it with.
        limit: the most bytes of one argument or of the result.

    Returns:
        A `Workflow`, called like the function.

    Raises:
        NotAWorkflow: it is a generator, no function, or its name is taken.
    """

    def declare(function: Callable[..., Any]) -> Workflow[..., Any]:
        return Workflow(function, name=name, version=version, examples=examples, limit=limit)

    return declare if function is None else declare(function)


def as_workflow(function: Any, args: tuple[Any, ...]) -> tuple[Workflow[..., Any], tuple[Any, ...]]:
    """Return the workflow that `function` is, and its arguments, the object of a bound method first.

    Raises:
        NotAWorkflow: it is none.
    """
    if isinstance(function, Bound):
        function, args = function.definition, (function.instance, *args)
    if not isinstance(function, Workflow):
        shown = getattr(function, "__qualname__", repr(function))
        raise NotAWorkflow(f"`{shown}` is not a workflow; declare it with `@workflow`")
    return function, args
