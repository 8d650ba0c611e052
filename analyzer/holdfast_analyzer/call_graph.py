"""The call graph of one workflow with its durable operations: what `holdfast graph` draws."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec
from msgspec import Struct

from holdfast_rules.facts import Position, ReachedFunction, UnitFacts
from holdfast_rules.nearest import suggestion


class NoSuchUnit(ValueError):
    """No workflow, or more than one, has the name; the message says which come near."""


class NodeKind(StrEnum):
    """What a node stands for."""

    WORKFLOW = "workflow"
    """an entry point of the workflow"""
    FUNCTION = "function"
    """a function that runs as workflow code"""
    STEP = "step"
    """a function that runs as the body of a step, or inside of one"""
    OPERATION = "operation"
    """a durable operation whose work is no function of the project: a sleep, a message, a child workflow"""


class Node(Struct, frozen=True, kw_only=True):
    """A function or a durable operation.

    Attributes:
        kind: which.
        title: the function's name without its module, or the operation's kind and name.
        place: `path:line` of the definition, or of the call.
        numbers: the places of a durable operation in the order of the code, from 1; a step that is called twice has two.
    """

    kind: NodeKind
    title: str
    place: str
    numbers: tuple[int, ...] = ()

    @property
    def lines(self) -> tuple[str, str]:
        """What is written in the node."""
        # No dot or bracket behind the number: Mermaid would read the beginning of a list.
        numbers = ", ".join(map(str, self.numbers))
        return (f"{numbers} · {self.title}" if numbers else self.title), self.place


class Edge(Struct, frozen=True, array_like=True):
    """A call: the places of caller and callee in `CallGraph.nodes`, and whether what is called is durable."""

    source: int
    target: int
    is_durable: bool


class CallGraph(Struct, frozen=True, kw_only=True):
    """What one workflow calls.

    Attributes:
        unit, engine: the workflow.
        nodes: entry points first, then in the order of the calls.
        edges: one for each pair of nodes, in the order of the calls.
    """

    unit: str
    engine: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def unit_called(name: str, units: Sequence[UnitFacts]) -> UnitFacts:
    """Return the facts of the workflow called `name`.

    Args:
        name: its id (`shop.orders:fulfil`) or the end of it (`orders:fulfil`, `fulfil`).
        units: all of them.

    Raises:
        NoSuchUnit: there is none, or there are several.
    """
    ids = dict.fromkeys(facts.unit.id for facts in units)
    found = [name] if name in ids else [id for id in ids if id.endswith((f".{name}", f":{name}"))]
    if not found:
        shown = suggestion(name, [*ids, *(id.rpartition(":")[2] for id in ids)])
        raise NoSuchUnit(f"no workflow is called `{name}`{shown}; `holdfast units` lists them")
    if len(found) > 1:
        raise NoSuchUnit(f"`{name}` may be {' or '.join(f'`{id}`' for id in found)}: name one of them whole")
    return next(facts for facts in units if facts.unit.id == found[0])


def call_graph(facts: UnitFacts, *, inside_steps: bool = False) -> CallGraph:
    """Return the call graph of a workflow.

    Functions of installed packages are left out: what they call of the project is drawn as called by their callers.

    Args:
        facts: the workflow's, with functions and skeleton.
        inside_steps: draw what the bodies of steps call, too.
    """
    return _Drawing(facts, inside_steps).graph()


class _Drawing:
    """Collects nodes and edges, breadth first from the entry points."""

    def __init__(self, facts: UnitFacts, inside_steps: bool) -> None:
        self._facts = facts
        self._inside_steps = inside_steps
        self._nodes: list[Node] = []
        self._edges: dict[tuple[int, int], bool] = {}
        self._places: dict[int, int] = {}
        self._queue: list[int] = []
        # One operation of the code may stand in several lines of the skeleton: the first one counts.
        self._numbers: dict[tuple[str, Position], int] = {}
        for line in facts.skeleton:
            if line.is_operation and line.path:
                self._numbers.setdefault((line.path, line.at), len(self._numbers) + 1)

    def graph(self) -> CallGraph:
        for index, function in enumerate(self._facts.functions):
            if len(function.chain) == 1:
                self._node(index, NodeKind.WORKFLOW)
        for index in self._queue:
            function = self._facts.functions[index]
            self._operations(index, function)
            for callee, at, is_durable in self._callees(function):
                called = self._facts.functions[callee]
                if called.in_step and not is_durable and not self._inside_steps:
                    continue
                kind = NodeKind.STEP if called.in_step else NodeKind.FUNCTION
                node = self._node(callee, kind)
                if is_durable:
                    self._number(node, function.path, at)
                self._edge(self._places[index], node, is_durable)
        edges = tuple(Edge(source, target, durable) for (source, target), durable in self._edges.items())
        unit = self._facts.unit
        return CallGraph(unit=unit.id, engine=unit.engine, nodes=tuple(self._nodes), edges=edges)

    def _node(self, index: int, kind: NodeKind) -> int:
        if index not in self._places:
            function = self._facts.functions[index]
            title = function.function.rpartition(":")[2].replace(".<locals>", "")
            self._places[index] = len(self._nodes)
            self._nodes.append(Node(kind=kind, title=title, place=f"{function.path}:{function.line}"))
            if kind is not NodeKind.STEP or self._inside_steps:
                self._queue.append(index)
        return self._places[index]

    def _number(self, node: int, path: str, at: Position) -> None:
        """Note where in the order of the code a node's durable operation stands."""
        drawn = self._nodes[node]
        number = self._numbers.get((path, at))
        if number is not None and number not in drawn.numbers:
            self._nodes[node] = msgspec.structs.replace(drawn, numbers=tuple(sorted((*drawn.numbers, number))))

    def _edge(self, source: int, target: int, is_durable: bool) -> None:
        self._edges[source, target] = self._edges.get((source, target), False) or is_durable

    def _operations(self, index: int, function: ReachedFunction) -> None:
        """Draw the durable operations of a function that start no function of the project."""
        drawn = {call.at for call in function.calls if call.starts_step}
        for done in function.operations:
            if done.at in drawn:
                continue
            title = f"{done.kind} {done.name}" if done.name else done.kind
            place = f"{function.path}:{done.at[0]}"
            self._nodes.append(Node(kind=NodeKind.OPERATION, title=title, place=place))
            self._number(len(self._nodes) - 1, function.path, done.at)
            self._edge(self._places[index], len(self._nodes) - 1, True)

    def _callees(self, function: ReachedFunction) -> Iterator[tuple[int, Position, bool]]:
        """Yield the project's functions that a function calls, itself or through installed packages, with the call's place."""
        seen: set[int] = set()
        for call in function.calls:
            pending = [(call.callee, call.starts_step)]
            while pending:
                callee, is_durable = pending.pop(0)
                called = self._facts.functions[callee]
                if called.in_project:
                    yield callee, call.at, is_durable
                elif callee not in seen:
                    seen.add(callee)
                    pending += [(inner.callee, is_durable or inner.starts_step) for inner in called.calls]
