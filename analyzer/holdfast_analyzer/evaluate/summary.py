"""What evaluating one function (with one kind of arguments) found out."""

from collections.abc import Sequence, Set
from dataclasses import dataclass, field

from holdfast_analyzer.evaluate.values import NOTHING, Container, ParameterTaint, Source, Token, Value
from holdfast_analyzer.summarize.ir import Position
from holdfast_rules.facts import Fact, Sink, Span


@dataclass(slots=True)
class Event:
    """A fact of the function's own body, before its chain is known.

    Attributes:
        fact: with an empty chain.
        token: the taint token that the place gives rise to, if any: its flows decide `reaches`.
        once: the place runs only while not replaying; it matters only if its value reaches something decisive.
        in_need: the place matters only if its value reaches something at all (order, object identity).
        via: where the function uses the thing, if the place itself lies elsewhere (a constant computed at import).
    """

    fact: Fact
    token: Source | None = None
    once: bool = False
    in_need: bool = False
    via: Position | None = None
    via_shown: str = ""


@dataclass(slots=True)
class Edge:
    """A call out of the function: where, as written, what was called, and with what."""

    at: Position
    shown: str
    callee: "Summary"
    given: Sequence[Value] = ()


@dataclass(slots=True)
class DurableCall:
    """A durable operation that the function performs itself; `name` tells it from others of its kind."""

    at: Position
    shown: str
    kind: str
    name: str = ""


@dataclass(slots=True)
class Change:
    """A write, in place, of what its function did not create.

    Attributes:
        summary, at, shown: where it stands.
        late: an `await` comes before it.
        value: what is written; its taint stands for the function's parameters only.
        places: the parameters that were given the changed object; None where no one has looked yet.
    """

    summary: "Summary"
    at: Position
    shown: str
    late: bool
    value: Value
    places: tuple[int, ...] | None = None


ChangeKey = tuple[str, object, object]
"""How an object is changed, the object (for a name, the frame that binds it), and the key, attribute or name."""


@dataclass(eq=False, slots=True)
class Summary:
    """One function under one kind of arguments.

    Attributes:
        number: unique; placeholders of its parameters' taint refer to it.
        path, function: the file and `pkg.module:qualname`.
        line, column: of the definition.
        events, edges, operations: what its own body does, keyed by place so that a second pass adds nothing twice.
        steps: step bodies that it starts, by place: their effects stop there, a few rules look inside.
        flows: which tokens end up where.
        parameter_flows: those of them that stand for a parameter's taint.
        calls: place of each call → whether it was resolved.
        captured_writes: names of the enclosing functions that the body rebinds, with the place.
        changes: what its body and what it calls writes of objects that it did not create.
        given: what its parameters were when it was read.
        durable: it performs durable operations, itself or through what it calls.
        continues: it ends in a continue-as-new.
        asks_engine: it calls something of the engine that fails outside a workflow.
        returns: the value that it returns or yields.
        made: the containers among it that each call makes anew.
        outcome: the taint of what it returns, with what that holds.
    """

    number: int
    path: str
    function: str
    line: int
    column: int
    in_project: bool = True
    events: dict[tuple[object, ...], Event] = field(default_factory=dict)
    edges: dict[tuple[object, ...], Edge] = field(default_factory=dict)
    steps: dict[tuple[object, ...], Edge] = field(default_factory=dict)
    operations: dict[Position, DurableCall] = field(default_factory=dict)
    flows: dict[Sink, set[Token]] = field(default_factory=dict)
    parameter_flows: dict[Sink, set[ParameterTaint]] = field(default_factory=dict)
    calls: dict[Position, bool] = field(default_factory=dict)
    captured_writes: dict[str, Position] = field(default_factory=dict)
    changes: dict[ChangeKey, Change] = field(default_factory=dict)
    given: Sequence[Value] = ()
    durable: bool = False
    continues: bool = False
    asks_engine: bool = False
    returns: Value = NOTHING
    made: frozenset[Container] = frozenset()
    outcome: frozenset[Token] = frozenset()

    def flow(self, tokens: Set[Token], sink: Sink) -> None:
        """Note that tokens end up in `sink`."""
        known = self.flows.get(sink)
        if known is None:
            known = self.flows[sink] = set()
        new = tokens - known
        if new:
            known |= new
            parameters = {token for token in new if isinstance(token, ParameterTaint)}
            if parameters:
                self.parameter_flows.setdefault(sink, set()).update(parameters)

    def settle(self) -> None:
        """Drop what no caller can ask for, once the body was read to its end: placeholders of functions read before."""
        for sink, tokens in self.parameter_flows.items():
            self.parameter_flows[sink] = {t for t in tokens if t.summary == self.number or not t.is_spent}

    def span(self, at: Position) -> Span:
        """Return the place `at` in this function's file."""
        return Span(self.path, *at)
