"""What identifies a durable operation in the record, as far as the code says it: a step's name, an operation's own."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.values import Bound, Class, Function, Literal, Partial, Ref
from holdfast_analyzer.summarize import ir
from holdfast_rules.engines.profile import Operation, OperationKind

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

DEPRECATES = "deprecate "
"""What stands before the name of a patch that is declared to apply to all runs."""


def recorded_name(ev: "Evaluator", ref: Function) -> str:
    """Return the name under which a step or workflow is recorded: its `name=`, else module and qualified name."""
    view = ev.program.view(ref.path)
    outline = view.outline.functions.get(ref.qualname) if view is not None else None
    if view is None or outline is None:
        return ref.qualname
    definition = view.definition(outline) if any("name" in given for given in outline.decorator_keywords) else None
    given = literal_keyword(definition.decorators, "name") if definition is not None else ""
    return given or f"{view.name}.{ref.qualname}"


def literal_keyword(decorators: list[ir.Expr], keyword: str) -> str:
    """Return the text that decorators give by a keyword; "" where none gives a literal one."""
    for decorator in decorators:
        for argument in decorator.arguments if isinstance(decorator, ir.Call) else ():
            if argument.keyword == keyword and isinstance(argument.value, ir.Constant):
                return str(argument.value.value)
    return ""


def operation_name(ev: "Evaluator", operation: Operation, name: str, arguments: Arguments) -> str:
    """Return what tells an operation from others of its kind: what it names or runs, and which of the engine's it is."""
    bare = name.rpartition(".")[2].removesuffix("_async")
    wanted = [*operation.runs, *operation.branches, *operation.names]
    values = [arguments.get(argument.position, argument.keyword) for argument in wanted]
    if operation.kind in (OperationKind.STEP, OperationKind.CHILD):
        # Whatever the operation's id: what it starts is its first argument.
        values.insert(0, arguments.get(0))
    for value in values:
        found = operand(ev, next(iter(value.refs))) if value is not None and len(value.refs) == 1 else ""
        if found and operation.kind is OperationKind.PATCH:
            return f"{DEPRECATES}{found}" if "deprecate" in bare else found
        if found:
            return found if bare == operation.kind.value else f"{bare}({found})"
    return "" if bare == operation.kind.value else bare


def operand(ev: "Evaluator", ref: Ref) -> str:
    """Return the name that a literal, function or class gives an operation; "" for all else."""
    while isinstance(ref, Bound | Partial):
        ref = ref.function if isinstance(ref, Bound) else ref.target
    if isinstance(ref, Literal) and isinstance(ref.value, str):
        return ref.value
    if isinstance(ref, Function) and not ref.qualname.endswith("<lambda>"):
        return recorded_name(ev, ref)
    if isinstance(ref, Class):
        view = ev.program.view(ref.path)
        return f"{view.name}.{ref.qualname}" if view is not None else ref.qualname
    return ""
