"""The skeleton of an evaluated workflow: its durable operations, as `holdfast_rules.skeleton` describes them."""

from collections.abc import Iterable, Iterator

import msgspec

from holdfast_analyzer.evaluate.evaluator import Evaluator
from holdfast_analyzer.evaluate.operation_names import DEPRECATES
from holdfast_analyzer.evaluate.summary import DurableCall, Summary
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.units import EvaluatedUnit
from holdfast_rules.engines.profile import OperationKind
from holdfast_rules.skeleton import Line
from holdfast_rules.skeleton.line import (
    CALL,
    DEPRECATE,
    ELSE,
    ENTRY,
    EXCEPT,
    FINALLY,
    IF,
    LEAVE,
    LOOP,
    PATCH,
    REPEAT,
    WITH_PATCH,
    WITHOUT_PATCH,
)

MOST_LINES = 2_000
"""From this many lines on, functions that are called are named and no longer written out: a diff is read by people."""

Patch = tuple[bool, str]
"""Whether a block runs with a patch or without it, and the patch's name; "" for blocks that no patch decides."""
NO_PATCH: Patch = (True, "")


class Skeletons:
    """Builds skeletons from what one evaluator has found out."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._known: dict[int, tuple[Line, ...]] = {}
        self._under_way: set[int] = set()

    def of(self, unit: EvaluatedUnit) -> tuple[Line, ...]:
        """Return the skeleton of a workflow; a class's has a block for each of its entry points."""
        if unit.cls is None:
            return tuple(line for entry in unit.entries for line in self.function(entry))
        lines: list[Line] = []
        for entry in unit.entries:
            inside = self.function(entry)
            if inside:
                name = entry.function.rpartition(".")[2]
                lines.append(Line(depth=0, word=ENTRY, name=name, path=entry.path, function=entry.function))
                lines += deeper(inside, 1)
        return tuple(lines)

    def function(self, summary: Summary) -> tuple[Line, ...]:
        """Return the skeleton of a function."""
        known = self._known.get(summary.number)
        if known is None:
            body = self._ev.invocations.bodies.get(summary.number)
            if body is None or not summary.durable:
                return ()
            self._under_way.add(summary.number)
            known = self._known[summary.number] = tuple(_Body(self, summary).lines(body))
            self._under_way.discard(summary.number)
        return known

    def called(self, summary: Summary, so_far: int) -> Iterable[Line]:
        """Return the skeleton of a function that another one calls."""
        if summary.number in self._under_way:
            return (Line(depth=0, word=REPEAT, name=summary.function),)
        lines = self.function(summary)
        return lines if so_far + len(lines) <= MOST_LINES else (Line(depth=0, word=CALL, name=summary.function),)


class _Body:
    """Walks one body in the order in which Python runs it."""

    def __init__(self, skeletons: Skeletons, summary: Summary) -> None:
        self._skeletons = skeletons
        self._summary = summary
        self._operations = dict(summary.operations)
        self._calls: dict[ir.Position, dict[str, Summary]] = {}
        for edge in summary.edges.values():
            if edge.callee.durable:
                # One function may have been evaluated for several kinds of arguments.
                callees = self._calls.setdefault(edge.at, {})
                callees[f"{edge.callee.function} {edge.callee.line}"] = edge.callee
        self._lines: list[Line] = []
        self._depth = 0
        self._behind_patch = 0
        self._patches: dict[str, Patch] = {}

    def lines(self, body: ir.FunctionBody) -> list[Line]:
        self.block(body.body)
        # What Python runs unseen (leaving a `with`, a default factory) has no expression of its own.
        for at in sorted({*self._operations, *self._calls}):
            self.reach(at)
        return self._lines

    # What happens at a place

    def reach(self, at: ir.Position) -> None:
        """Add the operation at a place, and what the functions that are called there do."""
        operation = self._operations.pop(at, None)
        if operation is not None:
            self.add(operation)
        callees = list(self._calls.pop(at, {}).values())
        for callee in callees:
            lines = self._skeletons.called(callee, len(self._lines))
            if len(callees) == 1:
                self._lines += deeper(lines, self._depth)
            elif lines:
                self.line(IF)
                self._lines += deeper(lines, self._depth + 1)

    def add(self, operation: DurableCall) -> None:
        word, name = operation.kind, operation.name
        if word == OperationKind.PATCH:
            word = DEPRECATE if name.startswith(DEPRECATES) else PATCH
            name = name.removeprefix(DEPRECATES)
        self.line(word, name, operation.at, operation.shown)

    def line(self, word: str, name: str = "", at: ir.Position = (0, 0, 0, 0), shown: str = "") -> None:
        summary = self._summary
        line = Line(
            depth=self._depth,
            word=word,
            name=name,
            path=summary.path,
            at=at,
            function=summary.function,
            shown=shown,
        )
        self._lines.append(line)

    def inside(self, word: str, *parts: object, patch: Patch = NO_PATCH) -> bool:
        """Add a block with what some code does, if it does anything; return whether it does."""
        before = len(self._lines)
        self.line(word, f"{WITH_PATCH if patch[0] else WITHOUT_PATCH}{patch[1]}" if patch[1] else "")
        self._depth += 1
        self._behind_patch += bool(patch[1])
        for part in parts:
            if isinstance(part, list):
                self.block(part)
            elif part is not None:
                self.expression(part)
        self._behind_patch -= bool(patch[1])
        self._depth -= 1
        if len(self._lines) == before + 1:
            self._lines.pop()
            return False
        return True

    # Statements

    def block(self, statements: Iterable[ir.Stmt]) -> None:
        for statement in statements:
            self.statement(statement)

    def statement(self, node: ir.Stmt) -> None:
        if isinstance(node, ir.If):
            self.branch(node.test, node.body, node.orelse)
        elif isinstance(node, ir.While):
            self.inside(LOOP, node.test, node.body)
            self.block(node.orelse)
        elif isinstance(node, ir.For):
            self.expression(node.iterable)
            self.inside(LOOP, node.target, node.body)
            self.block(node.orelse)
        elif isinstance(node, ir.Try):
            # Whether operations are guarded by handlers that do nothing durable makes no difference to the record.
            self.block([*node.body, *node.orelse])
            for handler in node.handlers:
                self.inside(EXCEPT, handler.body)
            self.inside(FINALLY, node.final)
        elif isinstance(node, ir.Match):
            self.expression(node.subject)
            for case in node.cases:
                self.inside(IF, *case.expressions, case.guard, case.body)
        elif isinstance(node, ir.With):
            for item in node.items:
                self.expression(item.context)
            self.block(node.body)
        elif isinstance(node, ir.FunctionDef | ir.ClassDef):
            for decorator in node.decorators:
                self.expression(decorator)
            self.reach(node.at)
        else:
            self.simple(node)

    def simple(self, node: ir.Stmt) -> None:
        if isinstance(node, ir.Assign):
            patch = self.patch(node.value)
            for target in node.targets:
                if isinstance(target, ir.Name):
                    self._patches[target.id] = patch
        self.expression(node)
        if self._behind_patch and (
            isinstance(node, ir.Return | ir.Raise) or (isinstance(node, ir.Jump) and node.kind != "pass")
        ):
            self.line(LEAVE)

    def branch(self, test: ir.Expr, body: object, orelse: object) -> None:
        patch = self.patch(test)
        self.expression(test)
        if not self.inside(IF, body, patch=patch):
            self.inside(IF, orelse, patch=(not patch[0], patch[1]))
        else:
            self.inside(ELSE, orelse)

    def patch(self, test: ir.Expr) -> Patch:
        """Return the patch that a condition asks for."""
        if isinstance(test, ir.Await):
            return self.patch(test.value)
        if isinstance(test, ir.Name):
            return self._patches.get(test.id, NO_PATCH)
        if isinstance(test, ir.Call):
            operation = self._summary.operations.get(test.at)
            asks = operation is not None and operation.kind == OperationKind.PATCH
            return (True, operation.name) if operation is not None and asks else NO_PATCH
        if isinstance(test, ir.Operation) and test.operator == "not":
            wanted, name = self.patch(test.operands[0])
            return not wanted, name
        if isinstance(test, ir.Operation) and test.operator == "and":
            return next((found for part in test.operands if (found := self.patch(part))[1]), NO_PATCH)
        return NO_PATCH

    # Expressions

    def expression(self, node: object) -> None:
        """Add what an expression, or a statement without a block, does: its parts first."""
        if isinstance(node, ir.Conditional):
            self.branch(node.test, node.body, node.orelse)
        elif isinstance(node, ir.Operation) and node.kind == "bool":
            first, *others = node.operands
            self.expression(first)
            patch = self.patch(first) if node.operator == "and" else NO_PATCH
            for operand in others:
                self.inside(IF, operand, patch=patch)
        elif isinstance(node, ir.Comprehension):
            self.expression(node.clauses[0].iterable)
            others_ = [part for clause in node.clauses[1:] for part in (clause.iterable, *clause.conditions)]
            self.inside(LOOP, *node.clauses[0].conditions, *others_, node.element, node.value)
        elif not isinstance(node, ir.Lambda):
            for part in parts_of(node):
                self.expression(part)
        at = getattr(node, "at", None)
        if at is not None:
            self.reach(at)


def parts_of(node: object) -> Iterator[object]:
    """Yield the expressions directly inside a node, in the order of its fields."""
    if not isinstance(node, msgspec.Struct):
        return
    for field in node.__struct_fields__:
        value = getattr(node, field)
        if isinstance(value, msgspec.Struct):
            yield value
        elif isinstance(value, list):
            yield from (part for part in value if isinstance(part, msgspec.Struct))


def deeper(lines: Iterable[Line], by: int) -> Iterator[Line]:
    """Yield lines with more blocks around them."""
    for line in lines:
        yield msgspec.structs.replace(line, depth=line.depth + by) if by else line
