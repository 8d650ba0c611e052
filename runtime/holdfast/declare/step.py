"""`@step`: a function whose result is checkpointed, so that it is not run again."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, overload

from holdfast.declare.definition import Definition, P, R
from holdfast.declare.retry import ONCE, Retry
from holdfast.execution.scope import Branch, note_nested, scope

_call_step: Callable[..., Any] | None = None


class Step(Definition[P, R]):
    """A declared step.

    Attributes:
        retries: when a failed attempt is followed by another.
        timeout: seconds that one attempt may take, None for any.
    """

    kind = "step"

    def __init__(
        self,
        function: Callable[P, R],
        *,
        name: str | None = None,
        retries: Retry | int | None = None,
        timeout: float | None = None,
        limit: int | None = None,
    ) -> None:
        super().__init__(function, name, limit)
        self.retries = _retry(retries)
        if timeout is not None and timeout <= 0:
            raise ValueError(f"the timeout of {self.label} is {timeout!r} s; give more than 0, or None for no limit")
        self.timeout = timeout

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Run as a checkpoint in workflow code, as a plain call elsewhere."""
        branch = scope.get()
        if type(branch) is not Branch:
            if branch is not None:
                note_nested(branch, self.name)
            return self.function(*args, **kwargs)
        call = _call_step or _find_call_step()
        return call(self, branch, args, kwargs, sys._getframe(1))  # type: ignore[no-any-return]


def _find_call_step() -> Callable[..., Any]:
    """Import on the first call what itself needs this module."""
    global _call_step
    from holdfast.execution.calling import call_step

    _call_step = call_step
    return call_step


def _retry(given: Retry | int | None) -> Retry:
    if given is None:
        return ONCE
    return Retry(attempts=given + 1) if isinstance(given, int) else given


@overload
def step(function: Callable[P, R], /) -> Step[P, R]: ...
@overload
def step(
    *,
    name: str | None = None,
    retries: Retry | int | None = None,
    timeout: float | None = None,
    limit: int | None = None,
) -> Callable[[Callable[P, R]], Step[P, R]]: ...
def step(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    retries: Retry | int | None = None,
    timeout: float | None = None,
    limit: int | None = None,
) -> Any:
    """Declare a step: a plain or async function, or a method, that may have effects.

    In workflow code its result (or error) is recorded once and never computed again; a crash before that runs it again,
    so its effect happens at least once. Elsewhere it is the function itself.

    Args:
        function: the step's code.
        name: under which it is recorded; module and qualified name unless given.
        retries: a `Retry`, or how many more attempts follow a failed first one.
        timeout: seconds that one attempt may take. A sync step that is late goes on in its thread, unheard.
        limit: the most bytes of one argument or of the result.

    Raises:
        NotAWorkflow: it is a generator or no function.
    """

    def declare(function: Callable[..., Any]) -> Step[..., Any]:
        return Step(function, name=name, retries=retries, timeout=timeout, limit=limit)

    return declare if function is None else declare(function)
