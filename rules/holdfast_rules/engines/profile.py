"""What an engine profile says: how workflows, steps and durable operations look in code that uses the engine.

Names are canonical dotted names as the analyzer resolves them: through imports, aliases and re-exports to any of the
public paths that the engine documents. A method is named by its class (`temporalio.client.Client.start_workflow`); for
an object whose class has several public paths, list each. `*` at the end matches any further name.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from holdfast_rules.effect import Effect
from holdfast_rules.fixes import Substitute


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
        further_parameters: the same for further parameters that the engine passes in (Inngest: the context, then a step).
        called_is_child: calling the workflow in workflow code starts a child (DBOS, holdfast). False where that is a plain
            call whose body is workflow code of the caller (Restate), or only binds arguments for an operation (AWS).
        called_binds: calling it only binds its arguments; what comes back is a callable for an operation, which passes the
            context in (AWS child contexts).
        only_operating: only a function that uses durable operations itself is a workflow; any other runs to its end once
            (Resonate, where every registered function gets a context, and markers by parameter type).
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
    further_parameters: tuple[tuple[int, str], ...] = ()
    called_is_child: bool = True
    called_binds: bool = False
    only_operating: bool = False


class StepMarker(Struct, frozen=True, kw_only=True):
    """How a step is declared: a decorator or a registration call, like `WorkflowMarker`.

    Attributes:
        called_is_checkpoint: calling the decorated function in workflow code is itself the durable operation (DBOS,
            holdfast); False where the call must go through an operation (Temporal activities).
        called_binds: as for workflows (AWS).
        transaction: the step is also a database transaction.
        context_parameter: (index without self, dotted type) of the context that the engine passes in, if any.
    """

    decorator: str = ""
    registration: str = ""
    registration_argument: Argument = Argument(0)
    base_class: str = ""
    called_is_checkpoint: bool = True
    called_binds: bool = False
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
        runs: arguments whose callables run as a step body: effects stop there. An argument that stands in `branches`
            too is workflow code when the function uses durable operations itself, else a step body (Resonate).
        branches: arguments whose callables (or list of callables) run as workflow code (child contexts, map, parallel).
        keeps_branches: what a branch returned is on record, and a replay does not run it again: what it wrote beside its result
            is lost, as a step's is (AWS child contexts).
        names: arguments that name or identify the operation; tainted values there break rule 501.
        awaited: the call gives a coroutine or future that must be awaited or yielded.
        returns_decorator: the call returns a decorator for the step body, which runs at once (`@ctx.run_step("name")`).
        decorates: used bare, the operation is itself the decorator of a step body (`@ctx.run_step`).
        callable_arguments: the positional arguments from here on, and keywords that are no parameter of the operation,
            are handed to the callable of `runs` or `branches`; -1 for none.
        callable_parameters: (index, dotted type) of what the engine passes to that callable, so that
            `lambda child: child.step(...)` is typed.
    """

    name: str
    kind: OperationKind
    runs: tuple[Argument, ...] = ()
    branches: tuple[Argument, ...] = ()
    keeps_branches: bool = False
    names: tuple[Argument, ...] = ()
    awaited: bool = False
    returns_decorator: bool = False
    decorates: bool = False
    callable_arguments: int = -1
    callable_parameters: tuple[tuple[int, str], ...] = ()


class Demand(StrEnum):
    """Whether an engine wants a property of a definition."""

    REFUSED = "refused"
    ALLOWED = "allowed"
    REQUIRED = "required"


class Shape(Struct, frozen=True, kw_only=True):
    """Which definitions of workflows the engine itself would reject (rule 509).

    Attributes:
        generator: whether a workflow may be a generator function.
        asynchronous: whether a workflow's entry point may, or must, be a coroutine function.
        run_decorator: the decorator of which a workflow class needs exactly one method, or "".
        unique_names: two workflows of one name in one module are refused.
        typed_variadics: `*args` and `**kwargs` of a workflow need an annotation.
    """

    generator: Demand = Demand.ALLOWED
    asynchronous: Demand = Demand.ALLOWED
    run_decorator: str = ""
    unique_names: bool = False
    typed_variadics: bool = False


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
        returns: dotted function or method → dotted type of its result (of what awaiting it gives, for a coroutine
            function; of what stands under the function's name afterwards, for a decorator, bare or called). The engine
            made the object, so a hazard of the type's constructor does not apply: `temporalio.workflow.random` returns a
            seeded `random.Random`.
        deterministic: names of the hazard catalogue that the engine makes deterministic (`asyncio.sleep` in Temporal).
        replay_predicates: calls or attributes that are true while replaying; code under `if not …` runs once.
        workflow_predicates: calls or attributes that are true in workflow code; the other branch never runs there.
        predicates_hold_in_steps: those are true in a step's body, too; elsewhere they are false there.
        sets_context: the project can have the engine set context variables on every replay, from what is on record with the
            workflow (Temporal's interceptors and their headers).
        records_completion: the order in which concurrent branches go on is on record, and a replay repeats it (Temporal):
            what they write to one object in that order is the same each time.
        outside_errors: safe calls that raise outside a workflow, so that `except` around them is the outside branch.
        loggers: replay-aware loggers: objects, attributes of a type, or functions that return one.
        unrestricted: context managers under which the author vouches for the code (`sandbox_unrestricted`).
        replacements: what to use instead, an effect → a clause that fits behind `use`, in the engine's own words, code in
            backticks. A clause that is one code span and nothing else replaces a call as it stands.
        generator_workflows: workflows are, or may be, generators: they `yield` operations where others await them.
        nested_steps: a step that is called in a step's body is a plain call there (DBOS), so rule 503 has nothing to say.
        control_exceptions: exceptions that the engine throws through workflow code to suspend or cancel it → the builtin
            that they derive from: where it is `Exception`, even `except Exception` swallows them (rule 506).
        aliases: another dotted path → the path used above, for a name that has several (`restate.context.Context` →
            `restate.Context`): where it is defined, and where it used to be. `holdfast_rules.engines.PROFILES` holds
            profiles in which every name stands under every one of its paths.
        advice: a sentence for the user of this engine, or "".
        replay_needs_operation: a workflow that performs no durable operation has nothing on record but its start: run
            again, it may as well read another clock. Only what reaches outside of it is reported then.
        shape: what the engine would reject at registration.
        cleanup_operations: durable operations in `finally` and in `with` exits are supported when a workflow is cancelled.
        version_keyword: the keyword of the workflow decorator with a version that its author keeps by hand, or "": runs
            of another version are never replayed by this code.
        stores_arguments: the arguments of steps are stored, so they must be serialisable (DBOS keeps only results).
        substitutes: what `--fix` writes in place of a hazard's call; of several for one hazard, the first that fits.
        step_decorator: the decorator, written as in `Substitute.write`, of a step which workflow code calls as it stands, or "": what
            `--unsafe-fixes` moves other calls into.
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
    predicates_hold_in_steps: bool = False
    sets_context: bool = False
    records_completion: bool = False
    outside_errors: tuple[str, ...] = ()
    loggers: tuple[str, ...] = ()
    unrestricted: tuple[str, ...] = ()
    replacements: Mapping[Effect, str] = field(default_factory=dict)
    generator_workflows: bool = False
    nested_steps: bool = False
    control_exceptions: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    advice: str = ""
    replay_needs_operation: bool = False
    shape: Shape = Shape()
    cleanup_operations: bool = False
    stores_arguments: bool = False
    version_keyword: str = ""
    substitutes: tuple[Substitute, ...] = ()
    step_decorator: str = ""
