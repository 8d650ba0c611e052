"""What an engine profile says: how workflows, steps and durable operations look in code that uses the engine.

Names are canonical dotted names as the analyzer resolves them: through imports, aliases and re-exports to any of the
public paths that the engine documents. A method is named by its class (`temporalio.client.Client.start_workflow`); for
an object whose class has several public paths, list each. `*` at the end matches any further name.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from holdfast_rules.effect import Effect


class Argument(Struct, frozen=True):
    """An argument of a call: by position (counted from 0 without `self`; -1 for keyword only) or keyword."""

    position: int = -1
    keyword: str = ""


class WorkflowMarker(Struct, frozen=True, kw_only=True):
    """How a workflow is declared.

    Attributes:
        decorator: dotted name of the decorator, used bare or called; or "".
        on: `function` (also a method), or `class` when the class is the workflow.
        entry_decorators: for classes: the decorators of methods that replay runs (`temporalio.workflow.run`, signals,
            updates). `__init__` is always one.
        entry_methods: for classes without method decorators: names of those methods.
        excluded_decorators: method decorators that replay never runs (queries, validators).
        base_class: a class is a workflow when it derives from this; or "".
        parameter_type: a function is a workflow when a parameter is annotated with one of these; or ().
        registration: a function is a workflow when it is handed to this call; or "".
        registration_argument: which argument of the registration call is the function.
        registration_returns_decorator: `register("name")(fn)`: the function goes to the call's result.
        when_keyword: only when the decorator call has this keyword (and is not False), or "".
        context_parameter: (index without self, dotted type) of the context that the engine passes in, if any.
    """

    decorator: str = ""
    on: str = "function"
    entry_decorators: tuple[str, ...] = ()
    entry_methods: tuple[str, ...] = ()
    excluded_decorators: tuple[str, ...] = ()
    base_class: str = ""
    parameter_type: tuple[str, ...] = ()
    registration: str = ""
    registration_argument: Argument = Argument(0)
    registration_returns_decorator: bool = False
    when_keyword: str = ""
    context_parameter: tuple[int, str] | None = None


class StepMarker(Struct, frozen=True, kw_only=True):
    """How a step is declared: a decorator or a registration call, like `WorkflowMarker`.

    Attributes:
        called_is_checkpoint: calling the decorated function in workflow code is itself the durable operation (DBOS,
            holdfast); False where the call must go through an operation (Temporal activities).
        transaction: the step is also a database transaction.
        name_argument: the decorator's argument that names the step.
    """

    decorator: str = ""
    registration: str = ""
    registration_argument: Argument = Argument(0)
    base_class: str = ""
    called_is_checkpoint: bool = True
    transaction: bool = False
    context_parameter: tuple[int, str] | None = None


class OperationKind(StrEnum):
    """What a durable operation does."""

    STEP = "step"
    CHILD = "child"
    SLEEP = "sleep"
    RECEIVE = "receive"
    SEND = "send"
    VALUE = "value"
    PATCH = "patch"
    CONTINUE = "continue"
    WAIT = "wait"
    GATHER = "gather"


class Operation(Struct, frozen=True, kw_only=True):
    """A durable operation of the engine's API.

    Attributes:
        name: dotted name of the function or method.
        kind: what it does.
        runs: arguments whose callables run as a step body: effects stop there.
        branches: arguments whose callables (or list of callables) run as workflow code (child contexts, map, parallel).
        names: arguments that name or identify the operation; tainted values there break rule 501.
        callable_arguments: the arguments from here on are handed to the callable of `runs` or `branches`.
        awaited: the call gives a coroutine or future that must be awaited or yielded.
        returns_decorator: the call returns a decorator for the step body.
    """

    name: str
    kind: OperationKind
    runs: tuple[Argument, ...] = ()
    branches: tuple[Argument, ...] = ()
    names: tuple[Argument, ...] = ()
    awaited: bool = False
    returns_decorator: bool = False


class Profile(Struct, frozen=True, kw_only=True):
    """All that analysis must know of one engine.

    Attributes:
        name: short name as in `--engine` and in findings: `temporal`.
        title: name for people: `Temporal`.
        packages: import names of the engine's own packages; their code is opaque and clean.
        workflows: how workflows are declared.
        steps: how steps are declared.
        operations: the durable operations.
        instances: dotted factory or attribute → dotted type, where the code does not say so itself
            (`restate.workflow.Workflow` from `restate.Workflow`, `ctx.logger`).
        returns: dotted function or method → dotted type of its result.
        deterministic: names of the hazard catalogue that the engine makes deterministic (`asyncio.sleep` in Temporal).
        replay_predicates: calls or attributes that are true while replaying; code under `if not …` runs once.
        workflow_predicates: calls that are true in workflow code; the other branch never runs there.
        outside_errors: safe calls that raise outside a workflow, so that `except` around them is the outside branch.
        loggers: replay-aware loggers.
        unrestricted: context managers under which the author vouches for the code (`sandbox_unrestricted`).
        replacements: what to use instead, an effect → an expression or a sentence in the engine's own words.
        generator_workflows: workflows are generators that `yield` operations.
        advice: a sentence for the user of this engine, or "".
    """

    name: str
    title: str
    packages: tuple[str, ...]
    workflows: tuple[WorkflowMarker, ...]
    steps: tuple[StepMarker, ...] = ()
    operations: tuple[Operation, ...] = ()
    instances: Mapping[str, str] = field(default_factory=dict)
    returns: Mapping[str, str] = field(default_factory=dict)
    deterministic: tuple[str, ...] = ()
    replay_predicates: tuple[str, ...] = ()
    workflow_predicates: tuple[str, ...] = ()
    outside_errors: tuple[str, ...] = ()
    loggers: tuple[str, ...] = ()
    unrestricted: tuple[str, ...] = ()
    replacements: Mapping[Effect, str] = field(default_factory=dict)
    generator_workflows: bool = False
    advice: str = ""
