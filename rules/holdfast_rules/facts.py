"""The vocabulary between analysis and rules: what the analyzer found out about one unit.

A *unit* is a workflow and everything that it reaches outside its steps. The analyzer turns a unit into `UnitFacts`;
each rule is a pure function from `UnitFacts` to violations. Nothing here knows a parser, a file or a database.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from holdfast_rules.effect import Effect
from holdfast_rules.skeleton import Line

if TYPE_CHECKING:
    from holdfast_rules.engines.profile import Profile


class Span(Struct, frozen=True, array_like=True):
    """A place in a file. Lines and columns count from 1; columns count characters; the end is exclusive."""

    path: str
    line: int
    column: int
    end_line: int
    end_column: int


class Frame(Struct, frozen=True):
    """One link of the chain from a unit to a hazard: `function`, at this place, uses `calls`."""

    path: str
    line: int
    column: int
    function: str
    calls: str


class Sink(StrEnum):
    """Where a hazard's value ends up, as far as it matters for a replay."""

    BRANCH = "branch"
    """decides an `if`, `while`, `match`, comprehension condition, or how often a loop runs"""
    DURABLE_BRANCH = "durable-branch"
    """as BRANCH, and a durable operation stands inside what is decided"""
    DURABLE_INPUT = "durable-input"
    """is an argument of a step, a child workflow, a message, an event, a durable sleep"""
    DURABLE_NAME = "durable-name"
    """is the name or the id of a step, child workflow or message"""
    RESULT = "result"
    """is part of what the workflow returns or raises"""
    STATE = "state"
    """is kept in workflow state (an attribute of the workflow instance) that outlives the current handler"""
    LOG = "log"
    """is only written to a log or printed"""


class Verdict(StrEnum):
    """What analysis can say of a unit."""

    PROVED = "proved"
    """every call was resolved and no rule found anything"""
    VIOLATED = "violated"
    """a rule found an error or a warning"""
    UNKNOWN = "unknown"
    """nothing found, yet at least one call could not be resolved"""


class Fact(Struct, frozen=True, kw_only=True):
    """Something that analysis knows of workflow code, and where.

    Attributes:
        at: the place of the thing itself, in the project's own code where there is one.
        function: `pkg.module:qualname` of the function that holds it.
        chain: from the unit's own definition to `at`, both included.
    """

    at: Span
    function: str
    chain: tuple[Frame, ...]


class HazardUse(Fact, frozen=True, kw_only=True):
    """A name of the hazard catalogue is called or read in workflow code.

    Attributes:
        effect: the kind of hazard.
        name: its canonical dotted name (`datetime.datetime.now`), whatever the code calls it.
        shown: as the code writes it (`dt.now`).
        reaches: where its value flows.
        remedy: what to write instead, in the engine's own words, or "".
        in_step: True for the few hazards that also matter inside a step's body (directory order).
        at_import: the line runs when its module is imported, not when the workflow does.
        bound_to: for `at_import`: the name through which workflow code uses the value.
    """

    effect: Effect
    name: str
    shown: str
    reaches: frozenset[Sink] = frozenset()
    remedy: str = ""
    in_step: bool = False
    at_import: bool = False
    bound_to: str = ""


class UnorderedIteration(Fact, frozen=True, kw_only=True):
    """The elements of a set reach something that keeps their order (rule 201).

    Attributes:
        source: what is iterated, as written.
        sink: the construct that keeps the order: `for`, `list`, `tuple`, `join`, `zip`, `pop`, `*` …
        reaches: where the ordered result flows.
    """

    source: str
    sink: str
    reaches: frozenset[Sink] = frozenset()


class ConcurrentWrite(Fact, frozen=True, kw_only=True):
    """Branches that run side by side write to one object as they go on, and the outcome depends on who is first (203).

    Attributes:
        shown: the writing expression, as written (`results.append(...)`).
        reaches: where what was written flows.
    """

    shown: str
    reaches: frozenset[Sink] = frozenset()


class StateWrite(Fact, frozen=True, kw_only=True):
    """Workflow code changes an object that outlives the run (401).

    Attributes:
        name: the module-level name, `Class.attribute`, or parameter with a mutable default.
        how: `global`, `mutation`, `class attribute`, `mutable default`, `closure`.
        shown: the writing expression, as written (`CACHE.update(...)`).
    """

    name: str
    how: str
    shown: str


class StateRead(Fact, frozen=True, kw_only=True):
    """Workflow code reads a module-level name that something in the project changes at run time (402)."""

    name: str
    writer: Span
    writer_function: str
    reaches: frozenset[Sink] = frozenset()


class LostStepWrite(Fact, frozen=True, kw_only=True):
    """A step body writes captured state that workflow code reads later (403). `at` is the write."""

    name: str
    step: str
    read_at: Span


class MutatedCheckpoint(Fact, frozen=True, kw_only=True):
    """A checkpointed value, or the input of a step, is changed in place (404).

    Attributes:
        what: `result` or `input`.
        step: the step, as written.
        shown: the changing expression, as written.
    """

    what: str
    step: str
    shown: str


class Memoised(Fact, frozen=True, kw_only=True):
    """Workflow code depends on a cache or context variable that lives with the process (406).

    Attributes:
        name: the cache, or the dotted name of the method that reads a context variable.
        how: what keeps it, or the reading as written.
        variable: the name of the context variable, or "".
    """

    name: str
    how: str
    variable: str = ""


class ContextVariableSet(Fact, frozen=True, kw_only=True):
    """Workflow code sets a context variable, as every replay does again: reading it then is no matter of rule 406."""

    variable: str


class TaintedName(Fact, frozen=True, kw_only=True):
    """A hazard's value is the name or the id of a durable operation (501). `at` is the operation."""

    operation: str
    source: str
    source_at: Span


class TaintedBranch(Fact, frozen=True, kw_only=True):
    """A hazard's value decides a branch or a loop around durable operations (502). `at` is the condition."""

    source: str
    source_at: Span
    operations: tuple[str, ...]


class NestedStep(Fact, frozen=True, kw_only=True):
    """A durable operation is started inside a step's body (503)."""

    step: str
    operation: str


class StepInCleanup(Fact, frozen=True, kw_only=True):
    """A durable operation in `finally`, `__del__`, a generator's clean-up or a `with` exit (504)."""

    operation: str
    where: str


class Unawaited(Fact, frozen=True, kw_only=True):
    """A durable operation's coroutine is dropped, or its task handle lost (505)."""

    operation: str
    how: str


class SwallowedControl(Fact, frozen=True, kw_only=True):
    """`except:` or `except BaseException` around durable operations, without a re-raise (506)."""

    handler: str
    operations: tuple[str, ...]


class UnboundedLoop(Fact, frozen=True, kw_only=True):
    """`while True` with durable operations, no way out and no continue-as-new (507)."""

    operations: tuple[str, ...]


class UnserialisableValue(Fact, frozen=True, kw_only=True):
    """A value that no serialiser can store crosses the boundary of a step or workflow (508).

    Attributes:
        what: `lambda`, `generator`, `open file`, `lock`, `connection`, `coroutine`, `client` …
        role: `argument` or `result`.
        operation: the step or workflow, as written.
    """

    what: str
    role: str
    operation: str


class ShapeProblem(Fact, frozen=True, kw_only=True):
    """The engine itself would reject this definition (509).

    Attributes:
        problem: one lowercase sentence without a full stop, the construct in backticks.
        remedy: what to do.
    """

    problem: str
    remedy: str


class SqlText(Fact, frozen=True, kw_only=True):
    """SQL text built from values that are not literals (701). In steps and transactions too.

    Attributes:
        call: the executing call, as written (`cursor.execute`).
        parts: the non-literal expressions that flow into the text, as written.
    """

    call: str
    parts: tuple[str, ...]


class SequenceChange(Fact, frozen=True, kw_only=True):
    """A durable operation differs from the base that the code is compared to (601). `at` is the operation, or the nearest.

    Attributes:
        how: `added`, `removed`, `renamed`, `reordered` or `moved` (into other blocks); `workflow removed`, and `workflow
            renamed` for one that is probably here under another name.
        operation: its kind and name now; of a removed one, as it was. The workflow's recorded name for the last two.
        before: what it was called, for `renamed`.
        was_after, is_after: the operation before it, then and now; "" at the beginning.
        base: the revision or the manifest.
        base_at: where it stood then, or "" if that is not known.
    """

    how: str
    operation: str
    before: str = ""
    was_after: str = ""
    is_after: str = ""
    base: str
    base_at: str = ""


class UnresolvedCall(Fact, frozen=True, kw_only=True):
    """A call in workflow code that no one could resolve (901).

    Attributes:
        shown: the called expression, as written.
        why: one lowercase clause: `the type of `x` is not known`, `package `foo` is not installed` …
    """

    shown: str
    why: str


class Suppression(Struct, frozen=True, kw_only=True):
    """A `# holdfast: ignore[...]` or `# noqa: DUR...` comment.

    Attributes:
        codes: the codes that it names; empty for all.
        reason: the text behind it, or "".
        used: the codes whose findings it silenced in this check.
    """

    at: Span
    codes: tuple[str, ...]
    reason: str
    used: tuple[str, ...]


F = TypeVar("F", bound=Fact)


class Unit(Struct, frozen=True, kw_only=True):
    """A workflow: `id` is `pkg.module:qualname`."""

    id: str
    engine: str
    path: str
    line: int
    column: int


Position = tuple[int, int, int, int]
"""Line, column, end line, end column in a file that is known from the context; from 1, the end is exclusive."""


class ReachedOperation(Struct, frozen=True, array_like=True):
    """A durable operation that a function performs itself: its kind (`step`, `sleep` …), its name or "", as written."""

    at: Position
    kind: str
    name: str
    shown: str


class ReachedCall(Struct, frozen=True, array_like=True):
    """A call that leads to another function that the unit reaches.

    Attributes:
        at: of the call.
        shown: the called expression, as written.
        callee: the place of the called function in `UnitFacts.functions`.
        starts_step: the called function runs as the body of a step.
    """

    at: Position
    shown: str
    callee: int
    starts_step: bool


class ReachedFunction(Struct, frozen=True, kw_only=True):
    """A function that a unit reaches, as workflow code or inside a step.

    Attributes:
        path, line, column: of its definition.
        function: `pkg.module:qualname`.
        in_project: it is the project's own, no installed package's.
        in_step: it is, or is called by, the body of a step: what it does is on record. A function that the unit reaches
            both ways stands in the list twice.
        chain: a shortest one, from the unit's own definition to the call that leads here.
        calls, operations: what its body does, in the order of the places.
    """

    path: str
    line: int
    column: int
    function: str
    in_project: bool
    in_step: bool
    chain: tuple[Frame, ...]
    calls: tuple[ReachedCall, ...]
    operations: tuple[ReachedOperation, ...]


class UnitFacts(Struct, frozen=True, kw_only=True):
    """All that analysis knows of one unit.

    Attributes:
        unit: which one.
        profile: the engine's profile: names the safe replacements.
        facts: everything found, in the order in which the unit reaches it.
        calls: how many calls stand in the workflow code of the unit.
        resolved: how many of them were resolved.
        name: under which the unit is recorded.
        version: that its author gave it by hand, or "".
        skeleton: its durable operations, if they were asked for.
        functions: what it reaches, entry points first, if that was asked for.
    """

    unit: Unit
    profile: "Profile"
    facts: tuple[Fact, ...]
    calls: int
    resolved: int
    name: str = ""
    version: str = ""
    skeleton: tuple[Line, ...] = ()
    functions: tuple[ReachedFunction, ...] = ()

    def of(self, kind: type[F]) -> Iterator[F]:
        """Yield the facts of one kind, in order."""
        for fact in self.facts:
            if isinstance(fact, kind):
                yield fact
