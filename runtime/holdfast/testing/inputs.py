"""Arguments for determinism tests: a workflow's examples, or values that Hypothesis draws from its annotations."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from holdfast import values
from holdfast.declare import Workflow
from holdfast.declare.definition import Definition
from holdfast.errors import HoldfastError
from holdfast.testing.recording import DoesNotEnd

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

Given = tuple[tuple[Any, ...], dict[str, Any]]
"""Positional and keyword arguments."""

MOST_REPEATED: Final = 3
"""How many values are drawn for `*args` at most."""

_ENDLESS: Final = 3
"""Runs without an end after which no more are tried: it hardly lies in the arguments then."""

_MISSING: Final = "Hypothesis is not installed, which draws them; install `holdfast[testing]`"


class CannotDraw(HoldfastError):
    """No argument can be made up for a parameter, or no result for a step."""


def arguments_of(workflow: Workflow[Any, Any]) -> SearchStrategy[Given]:
    """Return a strategy for a workflow's arguments; parameters with a default keep it.

    Raises:
        CannotDraw: a parameter has no annotation, or one of which Hypothesis can make no value.
    """
    try:
        from hypothesis import strategies
    except ImportError:
        raise CannotDraw(
            f"workflow `{workflow.name}` has no `examples=`, so arguments are needed; {_MISSING}"
        ) from None
    _ = workflow.signature  # gives the first parameter of a method the type that it has
    hints = typing.get_type_hints(workflow.function)
    positional: list[SearchStrategy[Any]] = []
    repeated: SearchStrategy[Any] = strategies.just(())
    named: dict[str, SearchStrategy[Any]] = {}
    for parameter in inspect.signature(workflow.function).parameters.values():
        if parameter.default is not parameter.empty or parameter.kind is parameter.VAR_KEYWORD:
            continue
        strategy = _strategy(hints.get(parameter.name, parameter.empty), workflow, parameter.name)
        if parameter.kind is parameter.VAR_POSITIONAL:
            repeated = strategies.lists(strategy, max_size=MOST_REPEATED).map(tuple)
        elif parameter.kind is parameter.KEYWORD_ONLY:
            named[parameter.name] = strategy
        else:
            positional.append(strategy)
    return strategies.tuples(
        strategies.tuples(strategies.tuples(*positional), repeated).map(lambda both: both[0] + both[1]),
        strategies.fixed_dictionaries(named),
    )


def _strategy(annotation: Any, workflow: Workflow[Any, Any], name: str) -> SearchStrategy[Any]:
    from hypothesis import strategies
    from hypothesis.errors import HypothesisException

    where = f"parameter `{name}` of workflow `{workflow.name}`"
    remedy = (
        "give the workflow `examples=[(…)]`, or register a strategy with `hypothesis.strategies.register_type_strategy`"
    )
    if annotation is inspect.Parameter.empty:
        raise CannotDraw(f"{where} has no annotation, so no argument can be drawn for it; annotate it, or {remedy}")
    try:
        strategy = strategies.from_type(annotation)
        strategy.validate()
    except (HypothesisException, TypeError, ValueError) as error:
        shown = getattr(annotation, "__qualname__", repr(annotation))
        raise CannotDraw(f"no argument can be drawn for {where}, a `{shown}`: {error}; {remedy}") from None
    return strategy


def try_each(workflow: Workflow[Any, Any], check: Callable[[Given], Any], drawn: int) -> None:
    """Call `check` with each of a workflow's examples; without any, with arguments that are drawn.

    Args:
        workflow: whose arguments are tried; one without parameters is tried once.
        check: raises `AssertionError` when it fails.
        drawn: how many to draw.

    Raises:
        CannotDraw: there are no examples, and no arguments can be made up.
    """
    if workflow.examples:
        for example in workflow.examples:
            check((tuple(example), {}))
    elif not inspect.signature(workflow.function).parameters:
        check(((), {}))
    else:
        _try_drawn(workflow, check, drawn)


def _try_drawn(workflow: Workflow[Any, Any], check: Callable[[Given], Any], count: int) -> None:
    """Call `check` with `count` drawn arguments; when it fails, with smaller ones until there are none that fail.

    Args:
        workflow: whose arguments are drawn.
        check: raises `AssertionError` when it fails; the error for the smallest arguments is raised here.
        count: how many.

    Raises:
        CannotDraw: no arguments can be made up, or the workflow ends with none of them.
    """
    strategy = arguments_of(workflow)
    ends = _Ends()
    from hypothesis import HealthCheck, Phase, given, reject, settings
    from hypothesis.errors import Unsatisfiable

    @settings(
        max_examples=count,
        deadline=None,  # what a workflow takes is its own affair
        database=None,
        derandomize=True,  # a test that fails today shall fail tomorrow
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink],  # the report explains it, and runs take long
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def test(given: Given) -> None:
        if ends.endless >= _ENDLESS and not ends.some:
            reject()
        try:
            check(given)
        except DoesNotEnd:
            ends.endless += 1
            reject()  # what does not end cannot be replayed
        except (values.UnstorableValue, values.ValueTooLarge):
            reject()  # a NaN, say, cannot be an argument
        ends.some = True

    try:
        test()
    except Unsatisfiable:
        raise CannotDraw(
            f"none of the arguments that were drawn for workflow `{workflow.name}` lets it run to its end; give it"
            " `examples=[(…)]`"
        ) from None


@dataclass
class _Ends:
    """How runs with drawn arguments have ended.

    Attributes:
        some: one came to its end.
        endless: how many did not.
    """

    some: bool = False
    endless: int = 0


def stand_in_result(definition: Definition[Any, Any], number: int) -> Any:
    """Return what a stub of `definition` gives, of its annotated type; the same each time for the same `number`.

    Raises:
        CannotDraw: Hypothesis can make no value of that type, or is not installed.
    """
    annotation = definition.signature.result
    if annotation in (inspect.Parameter.empty, Any, None, type(None)):
        return None
    try:
        from hypothesis import HealthCheck, Phase, given, seed, settings, strategies
        from hypothesis.errors import HypothesisException
    except ImportError:
        raise CannotDraw(f"{definition.label} is stubbed, so a result is needed; {_MISSING}") from None
    drawn: list[Any] = []

    @seed(number)
    @settings(
        max_examples=_DRAWS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies.from_type(annotation))
    def take(value: Any) -> None:
        drawn.append(value)

    try:
        take()
    except (HypothesisException, TypeError) as error:
        shown = getattr(annotation, "__qualname__", repr(annotation))
        raise CannotDraw(
            f"no result can be drawn for {definition.label}, a `{shown}`: {error}; stub it with `holdfast.testing.stub`"
        ) from None
    for value in reversed(drawn):
        try:
            values.encode(value, annotation, where=f"the stubbed result of {definition.label}")
        except values.UnstorableValue:
            continue
        return value
    raise CannotDraw(
        f"no result that can be stored was drawn for {definition.label}; stub it with `holdfast.testing.stub`"
    )


_DRAWS: Final = 4
"""Values drawn for one result. The first is the simplest of its type, the last is taken that can be stored."""
