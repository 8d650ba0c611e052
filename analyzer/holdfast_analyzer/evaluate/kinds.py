"""Which arguments are of one kind for a function: it is read once a kind, and told less of them the more kinds there were."""

from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate.captured import Captured
from holdfast_analyzer.evaluate.values import (
    Class,
    Container,
    Data,
    Function,
    Instance,
    Literal,
    Ref,
    Text,
    Unknown,
    Value,
    join,
)
from holdfast_analyzer.summarize import ir

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator
    from holdfast_analyzer.module_view import ModuleView

MOST_EXACT_KINDS = 4
"""From this many kinds of arguments on, a function sees literals by their type only."""
MOST_KINDS = 10
"""From this many on, it sees unknown arguments: the result is sound for all of them."""
DEEPEST_KIND = 2
"""So many levels of containers are looked into to tell two arguments apart."""
MOST_KIND_KEYS = 16
"""And so many keys of a dict."""

DATA = (Container, Data, Literal, Text, Unknown)
TOLD_BY_MORE = frozenset({Container, Function, Text, Instance, Class})
"""What `Kinds.ref_kind` does not tell apart as Python does; every other ref is its own kind."""
Kind = Hashable
Place = tuple[str, str, tuple[int, int]]
"""Path, qualified name and position of a piece of code."""


class Kinds:
    """Tells the arguments of each function apart.

    Args:
        ev: the evaluator.
        body_of: returns the body of a function; None where it cannot be read.

    Attributes:
        captured: tells closures apart.
        readings: how often each piece of code was read.
    """

    def __init__(
        self, ev: "Evaluator", body_of: "Callable[[Function, ModuleView | None], ir.FunctionBody | None]"
    ) -> None:
        self.ev = ev
        self.captured = Captured(ev, self.kind_of)
        self.readings: dict[Place, int] = {}
        self._body_of = body_of
        self._widest: dict[tuple[Kind, ...], list[Value]] = {}

    def read_again(self, place: Place) -> int:
        """Count a reading of a piece of code; return how many there were, this one included."""
        self.readings[place] = self.readings.get(place, 0) + 1
        return self.readings[place]

    def generalised(self, place: Place, captured: Kind, values: list[Value]) -> list[Value]:
        """Return the values with less detail, the more kinds of arguments the function has already been read with.

        From `MOST_KINDS` on it is read with the join of all that it was given since (Cousot and Cousot, "Abstract
        interpretation", 1977: widening), and again only where that join grows. Only data is joined: functions, classes and
        objects are kept apart, as what is called through them differs.
        """
        seen = self.readings.get(place, 0)
        if seen < MOST_EXACT_KINDS:
            return values
        coarse = self.is_wide(place)
        general = [Value(frozenset([self.general(ref, coarse) for ref in value.refs]), value.taint) for value in values]
        if not coarse:
            return general
        group = (place, bool(self.ev.step_depth), captured, *(self.objects(value) for value in general))
        before = self._widest.get(group)
        if before is not None and all(value.refs <= wide.refs for value, wide in zip(general, before, strict=True)):
            return before
        if before is not None:
            general = [join(wide, value) for wide, value in zip(before, general, strict=True)]
        self._widest[group] = general
        return general

    def told(self, place: Place, values: list[Value]) -> Iterable[Kind]:
        """Return the kinds of the values that a function is read with."""
        if self.is_wide(place):
            return [value.refs for value in values]
        exact = self.readings.get(place, 0) < MOST_EXACT_KINDS
        return [self.kind_of(value, DEEPEST_KIND, exact) for value in values]

    def is_wide(self, place: Place) -> bool:
        """Tell whether a function is read with all that it was given together."""
        return self.readings.get(place, 0) >= MOST_KINDS

    def objects(self, value: Value) -> Kind:
        """Return the kinds of what is no data in a value."""
        return frozenset([self.ref_kind(ref, 0, True) for ref in value.refs if not isinstance(ref, DATA)])

    @staticmethod
    def general(ref: Ref, coarse: bool) -> Ref:
        """Return a ref with less detail."""
        if isinstance(ref, Literal) and ref.kind != "none" and not ref.certain:
            return Data(ref.kind)
        if coarse and isinstance(ref, Text):
            return Data("str")
        if coarse and isinstance(ref, Instance):
            return Instance(ref.cls)
        if coarse and isinstance(ref, Container):
            return Container(ref.kind, ("any",))
        return ref

    def kind_of(self, value: Value, depth: int = DEEPEST_KIND, exact: bool = True) -> Kind:
        """Return what tells this value from others, as far as a called function can care.

        Args:
            value: what is handed over.
            depth: so many levels of containers are looked into.
            exact: of the data that a container holds it matters which; else only that it is data.
        """
        if exact or depth >= DEEPEST_KIND:
            for ref in value.refs:
                if type(ref) in TOLD_BY_MORE:
                    break
            else:
                return value.refs
        return frozenset([self.ref_kind(ref, depth, exact) for ref in value.refs])

    def ref_kind(self, ref: Ref, depth: int, exact: bool) -> object:
        """Return what tells this ref from others: containers by what they hold, all else by itself."""
        ev = self.ev
        if isinstance(ref, Container):
            contents = ev.heap.contents(ref)
            inner: Kind = ()
            if depth:
                items = list(contents.items.items())[:MOST_KIND_KEYS]
                inner = (
                    self.kind_of(contents.elements, depth - 1, exact),
                    frozenset([(key, self.kind_of(item, depth - 1, exact)) for key, item in items]),
                )
            carried = ev.heap.deep_taint(Value(frozenset({ref})), 1) if depth else contents.taint
            return (ref.kind, ref.shared, inner, carried)
        if not exact and depth < DEEPEST_KIND:
            if isinstance(ref, Literal | Data | Text):
                return "data"
            if isinstance(ref, Unknown):
                return "unknown"
        if isinstance(ref, Function):
            return (
                "function",
                ref.path,
                ref.qualname,
                ref.at,
                ref.marked,
                self.captured.kind(ref, self._body_of(ref, ev.program.view(ref.path)))
                if ref.frame is not None
                else None,
            )
        if isinstance(ref, Text):
            return ("text", bool(ref.parts))
        if isinstance(ref, Instance):
            return ("instance", ref.cls.path, ref.cls.qualname, ref.site, ref.shared)
        if isinstance(ref, Class):
            return ("class", ref.path, ref.qualname, id(ref.frame) if ref.frame else 0)
        return ref
