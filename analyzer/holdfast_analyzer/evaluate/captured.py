"""What a closure sees of the functions around it: closures of one text that see the same are one function."""

from typing import TYPE_CHECKING, Any

from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import Function, Value, unspent
from holdfast_analyzer.summarize import ir

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from holdfast_analyzer.evaluate.evaluator import Evaluator


class Captured:
    """Tells closures apart by what they see.

    Args:
        ev: the evaluator.
        kind_of: tells values apart, as far as a called function can care.
    """

    def __init__(self, ev: "Evaluator", kind_of: "Callable[[Value], Hashable]") -> None:
        self._ev = ev
        self._kind_of = kind_of
        self._reads: dict[tuple[str, tuple[int, int]], tuple[frozenset[str], bool]] = {}
        self._known: dict[tuple[object, ...], Hashable] = {}
        self._asked: set[Function] = set()

    def kind(self, function: Function, body: ir.FunctionBody | None) -> "Hashable":
        """Return what tells a function from others of the same text: the values that its free names have.

        Args:
            function: the function.
            body: its body; None where that cannot be read.

        Returns:
            The values' kinds and taint; or the enclosing frame itself, where the function rebinds names of it.
        """
        frame = function.frame
        if frame is None:
            return None
        if body is None or function in self._asked:
            return (id(frame), frame.version)
        names, rebinds = self.reads(function, body)
        if rebinds or function.owner is not None:
            return (id(frame), frame.version)
        versions = []
        around: Frame | None = frame
        while around is not None:
            versions.append(around.version)
            around = around.parent
        key = (function.path, function.at, id(frame), *versions)
        known = self._known.get(key)
        if known is None:
            self._asked.add(function)
            try:
                known = self._known[key] = tuple(self.seen(name, frame) for name in sorted(names))
            finally:
                self._asked.discard(function)
        return known

    def seen(self, name: str, frame: Frame) -> "Hashable":
        """Return the kind of the value that a name has in the enclosing functions, or None where they do not bind it."""
        current: Frame | None = frame
        while current is not None:
            if name in current.step_writes:
                return (name, id(current), current.version)
            if not current.in_class and name in current.names and name not in current.global_names:
                value = current.names[name]
                return (name, self._kind_of(value), unspent(value.taint))
            if name in current.bound and not current.in_class:
                return (name,)
            if name in current.global_names:
                return None
            current = current.parent
        return None

    def reads(self, function: Function, body: ir.FunctionBody) -> tuple[frozenset[str], bool]:
        """Return the names that a body, nested definitions included, reads from around it, and whether it rebinds some."""
        key = (function.path, function.at)
        found = self._reads.get(key)
        if found is None:
            names: set[str] = set()
            rebinds = collect(body, names)
            found = self._reads[key] = (frozenset(names) - frozenset(body.bound), rebinds)
        return found


NO_CODE = frozenset({str, bytes, int, float, bool, complex, tuple, type(None), ir.Constant})
"""What lies in the representation of code and holds none: positions are tuples."""


def collect(node: Any, names: set[str]) -> bool:
    """Add the bare names in a piece of code to `names`; return whether something in it declares names `nonlocal`."""
    rebinds = False
    pending = [node]
    while pending:
        node = pending.pop()
        kind = type(node)
        if kind is ir.Name:
            names.add(node.id)
        elif kind is list:
            pending += node
        elif kind not in NO_CODE:
            rebinds = rebinds or (kind is ir.FunctionBody and bool(node.nonlocal_names))
            pending += [part for name in kind.__struct_fields__ if type(part := getattr(node, name)) not in NO_CODE]
    return rebinds
