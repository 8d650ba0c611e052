"""The state of evaluating one body: its names, and what stands around the current statement."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate.summary import Summary
from holdfast_analyzer.evaluate.values import NO_TAINT, NOTHING, Class, Ref, Token, Value

if TYPE_CHECKING:
    from holdfast_analyzer.module_view import ModuleView


class Frame:
    """The evaluation of one function, class body or module statement.

    Attributes:
        module: the module whose globals its bare names mean.
        summary: where findings about this body go.
        names: local names → values, at the current point of the body.
        bound, global_names: scoping, as Python's own.
        parent: the enclosing function's frame, for closures.
        owner, receiver: the class in whose body the function stands, and its first argument.
        in_class: a class body: its names are not seen by nested functions.
        once: the current code runs only while not replaying.
        cleanup: name of the clean-up construct around the current statement, or "".
        order: taint of the unordered iterations around the current statement.
        first_pass: a loop around is read for the first time: loops inside need no second reading yet.
        certain: a question whether this is workflow code was answered: what the body returns follows from the answer.
        suspended: an `await` has been reached: other branches may have run since the body began.
        writers: for each set of branches that run side by side and each object: what each branch writes to it.
        single: the expressions, as written, whose values have at most one element here: a set of one has one order.
        pending_exits: taint of conditions that may have left the body early: a later durable operation depends on them.
    """

    def __init__(
        self,
        module: "ModuleView",
        summary: Summary,
        *,
        bound: frozenset[str] = frozenset(),
        global_names: frozenset[str] = frozenset(),
        parent: "Frame | None" = None,
        owner: Class | None = None,
        receiver: Ref | None = None,
        in_class: bool = False,
        at_import: bool = False,
        qualname: str = "",
        serial: int = 0,
    ) -> None:
        self.qualname = qualname
        self.serial = serial
        self.vouched = False
        self.engine_calls = 0
        self.nonlocal_names: frozenset[str] = frozenset()
        self.module = module
        self.summary = summary
        self.names: dict[str, Value] = {}
        self.bound = bound
        self.global_names = global_names
        self.parent = parent
        self.owner = owner
        self.receiver = receiver
        self.in_class = in_class
        self.at_import = at_import
        self.once = False
        self.cleanup = ""
        self.order: frozenset[Token] = NO_TAINT
        self.pending_exits: frozenset[Token] = NO_TAINT
        self.parameters: dict[str, int] = {}
        self.step_writes: dict[str, tuple[str, Summary, tuple[int, int, int, int], str]] = {}
        self.returns: Value = NOTHING
        self.yields: Value = NOTHING
        self.leaves = False
        self.certain = False
        self.suspended = False
        self.writers: dict[tuple[object, ...], dict[object, frozenset[Ref]]] = {}
        self.single: frozenset[str] = frozenset()
        self._narrowed: dict[str, tuple[Value, Value]] | None = None
        self.version = 0
        self.first_pass = False

    def __repr__(self) -> str:
        # Without an address: refs are put in order by their text.
        return f"<{self.qualname} {self.serial}>"

    @contextmanager
    def running_once(self, once: bool) -> Iterator[None]:
        """Mark the code inside as running only while not replaying."""
        before, self.once = self.once, self.once or once
        try:
            yield
        finally:
            self.once = before

    @contextmanager
    def vouched_for(self, vouched: bool) -> Iterator[None]:
        """Mark the code inside as vouched for by its author: no hazard is reported there."""
        before, self.vouched = self.vouched, self.vouched or vouched
        try:
            yield
        finally:
            self.vouched = before

    @contextmanager
    def cleaning_up(self, construct: str) -> Iterator[None]:
        """Mark the code inside as clean-up."""
        before, self.cleanup = self.cleanup, construct
        try:
            yield
        finally:
            self.cleanup = before

    @contextmanager
    def in_order_of(self, taint: frozenset[Token]) -> Iterator[None]:
        """Mark the code inside as run once an element of an unordered iteration."""
        before, self.order = self.order, self.order | taint
        try:
            yield
        finally:
            self.order = before

    @contextmanager
    def narrowing(self) -> Iterator[None]:
        """Let what a condition says of names hold inside only."""
        single, outer, self._narrowed = self.single, self._narrowed, {}
        try:
            yield
        finally:
            for name, (before, after) in self._narrowed.items():
                if self.names.get(name) is after:
                    self.names[name] = before
            self.single, self._narrowed = single, outer

    def narrow(self, name: str, value: Value) -> None:
        """Note what a condition says of a local name."""
        if self._narrowed is not None:
            first = self._narrowed.get(name)
            self._narrowed[name] = (first[0] if first is not None else self.names[name], value)
        self.names[name] = value

    def bind(self, name: str, value: Value) -> None:
        """Assign a local name."""
        self.names[name] = value
        self.version += 1
        if self.single:
            self.single = frozenset(text for text in self.single if text.partition(".")[0] != name)

    def grown(self) -> None:
        """Forget which sets have at most one element: one of them may have got another."""
        self.single = frozenset()
