"""Stubs: what stands in for a step, a transaction or a child workflow while a test runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from holdfast.declare.definition import Bound, Definition

_ABSENT: Final[Any] = object()


class Stub:
    """What a stub has seen.

    Attributes:
        calls: (args, kwargs) of each call, in order; without a method's object and a transaction's connection.
    """

    def __init__(self, definition: Definition[Any, Any], answer: Callable[..., Any]) -> None:
        self.calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        self._implicit = definition.implicit
        self._answer = answer

    def answer(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Note a call and return what the stub answers."""
        given = args[self._implicit :]
        self.calls.append((given, kwargs))
        return self._answer(*given, **kwargs)


@contextmanager
def stub(
    definition: Any,
    *,
    returns: Any = _ABSENT,
    raises: BaseException | type[BaseException] | None = None,
    calls: Callable[..., Any] | None = None,
) -> Iterator[Stub]:
    """Let something else stand in for a declared function while the block runs; it is still recorded as the function.

    Args:
        definition: a step, a transaction or a workflow that is called as a child.
        returns: what each call returns.
        raises: what each call raises.
        calls: what is called in its place, with the same arguments (but no object and no connection); for an async
            function it may be async or not.

    Yields:
        The stub; its `calls` are the calls it has seen.

    Raises:
        TypeError: none or several of `returns`, `raises`, `calls` are given, or the function is not a declared one.
    """
    if isinstance(definition, Bound):
        definition = definition.definition
    if not isinstance(definition, Definition):
        raise TypeError(f"only steps, transactions and workflows can be stubbed, not {definition!r}; patch it instead")
    if (returns is not _ABSENT) + (raises is not None) + (calls is not None) != 1:
        raise TypeError(f"a stub of {definition.label} needs exactly one of `returns`, `raises` and `calls`")

    def answer(*args: Any, **kwargs: Any) -> Any:
        if raises is not None:
            raise raises
        return calls(*args, **kwargs) if calls is not None else returns

    made = Stub(definition, answer)
    with replaced(definition, made.answer):
        yield made


@contextmanager
def replaced(
    definition: Definition[Any, Any], answer: Callable[[tuple[Any, ...], dict[str, Any]], Any]
) -> Iterator[None]:
    """Let `answer(args, kwargs)` stand in for the function of `definition` while the block runs."""
    former = definition.function
    _ = definition.signature  # both are read from the function as it was written
    getattr(definition, "version", None)

    def plain(*args: Any, **kwargs: Any) -> Any:
        return answer(args, kwargs)

    async def awaited(*args: Any, **kwargs: Any) -> Any:
        result = answer(args, kwargs)
        return await result if hasattr(result, "__await__") else result

    definition.function = awaited if definition.is_async else plain
    try:
        yield
    finally:
        definition.function = former
