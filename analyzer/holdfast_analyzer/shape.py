"""Definitions of workflows that the engine itself would reject (rule 509), found before anything runs."""

from collections.abc import Iterator

from holdfast_analyzer.module_view import ModuleView
from holdfast_analyzer.outline.shape import FunctionOutline
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.units import EvaluatedUnit
from holdfast_rules.engines.profile import Demand, Profile
from holdfast_rules.facts import Frame, ShapeProblem, Span

Problem = tuple[FunctionOutline | None, str, str]


def shape_problems(
    evaluated: EvaluatedUnit, view: ModuleView, profile: Profile, entries: list[FunctionOutline], taken: dict[str, str]
) -> Iterator[ShapeProblem]:
    """Yield what is wrong with a workflow's definition.

    Args:
        evaluated: the workflow.
        view: its file.
        profile: its engine.
        entries: the methods that replay starts from, for a class.
        taken: names of the workflows of this file so far → their unit; the workflow's own is added.
    """
    unit = evaluated.unit
    for function, problem, remedy in problems(evaluated, view, profile, entries, taken):
        line, column = (function.line, function.column) if function is not None else (unit.line, unit.column)
        name = function.qualname if function is not None else unit.id.rpartition(":")[2]
        yield ShapeProblem(
            at=Span(view.path, line, column, line, column + 1),
            function=unit.id,
            chain=(Frame(unit.path, unit.line, unit.column, unit.id, name),),
            problem=problem,
            remedy=remedy,
        )


def problems(
    evaluated: EvaluatedUnit, view: ModuleView, profile: Profile, entries: list[FunctionOutline], taken: dict[str, str]
) -> Iterator[Problem]:
    """Yield each problem with the function that has it."""
    shape = profile.shape
    own = [evaluated.function] if evaluated.function is not None else entries
    for function in own:
        if function is None or function.qualname.endswith("__init__"):
            continue
        name = function.qualname.rpartition(".")[2]
        if function.is_generator and shape.generator is Demand.REFUSED:
            yield (
                function,
                f"`{name}` is a generator, which {profile.title} refuses as a workflow",
                "return a list instead",
            )
        starts = not shape.run_decorator or decorated_with(function, shape.run_decorator)
        if starts and not function.is_async and shape.asynchronous is Demand.REQUIRED:
            yield (
                function,
                f"`{name}` is no coroutine function, which {profile.title} needs",
                f"write `async def {name}`",
            )
        if shape.typed_variadics and evaluated.function is not None:
            yield from untyped(view, function, profile)
    if shape.run_decorator and evaluated.cls is not None:
        last = shape.run_decorator.rpartition(".")[2]
        found = [entry for entry in entries if decorated_with(entry, shape.run_decorator)]
        short = evaluated.cls.qualname
        # Handlers that a decorator of the project's own makes entry points are none of the decorator's by name.
        others = [entry for entry in entries if entry not in found and not entry.qualname.endswith("__init__")]
        if not found and not others:
            yield (
                None,
                f"workflow class `{short}` has no method decorated with `{last}`",
                f"decorate its entry point with `{last}`",
            )
        for extra in found[1:]:
            yield extra, f"workflow class `{short}` has more than one `{last}` method", "keep one entry point"
    if shape.unique_names and evaluated.function is not None and "<locals>" not in evaluated.function.qualname:
        name = registered_name(view, evaluated.function)
        if name in taken:
            yield evaluated.function, f"a workflow named `{name}` is defined twice", "give each a name of its own"
        taken.setdefault(name, evaluated.unit.id)


def decorated_with(function: FunctionOutline, decorator: str) -> bool:
    """Tell whether a function carries a decorator of this last name: it is an entry point, so it is the engine's."""
    last = decorator.rpartition(".")[2]
    return any(text.rpartition(".")[2] == last for text in function.decorators)


def untyped(view: ModuleView, function: FunctionOutline, profile: Profile) -> Iterator[Problem]:
    """Yield `*args` and `**kwargs` without an annotation: their values could not be decoded to a type."""
    body = view.function_body(function)
    for parameter in body.parameters if body is not None else ():
        if parameter.kind in ("star", "double-star") and parameter.annotation is None:
            stars = "*" if parameter.kind == "star" else "**"
            problem = f"`{stars}{parameter.name}` of a workflow has no annotation, so recorded values cannot be decoded"
            yield function, problem, f"annotate it: `{stars}{parameter.name}: str`"


def registered_name(view: ModuleView, function: FunctionOutline) -> str:
    """Return the name under which a workflow is registered: `name=` of its decorator, else its qualified name."""
    if not any("name" in keywords for keywords in function.decorator_keywords):
        return function.qualname.partition("#")[0]
    definition = view.definition(function)
    for decorator in definition.decorators if definition is not None else ():
        if isinstance(decorator, ir.Call):
            for argument in decorator.arguments:
                if argument.keyword == "name" and isinstance(argument.value, ir.Constant):
                    return str(argument.value.value)
    return function.qualname.partition("#")[0]
