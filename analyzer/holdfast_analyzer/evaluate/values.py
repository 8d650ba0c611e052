"""Abstract values: what an expression may be, and which hazards its value carries.

A `Value` is a set of abstract objects (`Ref`) and a set of taint tokens. Refs are immutable and hashable; what containers
and instances hold lives in the evaluator's heap, so that a change in place is seen through every alias.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from holdfast_rules.effect import Effect
from holdfast_rules.facts import Span

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.frame import Frame

MOST_REFS = 12
"""A value that may be more things than this is `Unknown`: the names that matter are lost in the noise."""


class Literal(Struct, frozen=True, cache_hash=True):
    """A constant: `kind` as in `ir.Constant`.

    `certain` says that the engine decides it: what asks whether this is workflow code never gets another answer there.
    """

    kind: str
    value: str | int | float | bool | None
    certain: bool = False


class Data(Struct, frozen=True, cache_hash=True):
    """A built-in or standard-library value whose methods have no effect: `str`, `int`, `object` …"""

    type: str


class Text(Struct, frozen=True, cache_hash=True):
    """A string built from literals and from `parts`, the non-literal expressions as written."""

    parts: tuple[str, ...]


class Container(Struct, frozen=True, cache_hash=True):
    """A list, tuple, set, frozenset, dict or generator; `site` tells one allocation from another.

    `shared` is the name of the module-level or class-level binding (or mutable default) that keeps it alive, or "".
    """

    kind: str
    site: tuple[object, ...]
    shared: str = ""


class External(Struct, frozen=True, cache_hash=True):
    """Something outside the code that is followed, by its canonical dotted name: a module, function or class."""

    name: str


class ExternalInstance(Struct, frozen=True, cache_hash=True):
    """An object of an external class, or the result of an external call (`psycopg.connect()`).

    `source` is the taint of its making where every value drawn from it shares it: an unseeded `Random()`.
    """

    type: str
    shared: str = ""


class Module(Struct, frozen=True, cache_hash=True):
    """A module whose source is followed."""

    path: str


class Class(Struct, frozen=True, cache_hash=True):
    """A class of followed code. `frame` holds the enclosing function's evaluation for a local class."""

    path: str
    qualname: str
    frame: "Frame | None" = None


class Instance(Struct, frozen=True, cache_hash=True):
    """An object of a followed class. `site` is () for "any": typed by annotation, or the receiver of an entry point."""

    cls: Class
    site: tuple[object, ...] = ()
    shared: str = ""


class Function(Struct, frozen=True, cache_hash=True):
    """A function of followed code: by path and qualname, or a closure with its body and enclosing frame.

    `step` and `workflow` say what a decorator made of it, in one engine's eyes.
    """

    path: str
    qualname: str
    at: tuple[int, int]
    frame: "Frame | None" = None
    marked: str = ""
    """"", `step`, `transaction`, `workflow`, `task` (a step that only runs through an operation), `memoised`"""
    marked_by: str = ""
    """the dotted name of the decorator that marked it"""
    owner: Class | None = None
    """the class in whose body it stands"""


class Bound(Struct, frozen=True, cache_hash=True):
    """A bound method: a function or external name with its receiver."""

    function: "Function | External"
    receiver: "Ref"


class Partial(Struct, frozen=True, cache_hash=True):
    """`functools.partial(target, *arguments)`, or any callable with leading arguments already given."""

    target: "Ref"
    arguments: "tuple[Value, ...]"
    keywords: "tuple[tuple[str, Value], ...]"


class Super(Struct, frozen=True, cache_hash=True):
    """`super()` in a method of `cls`."""

    cls: Class
    receiver: "Ref"


class Decorator(Struct, frozen=True, cache_hash=True):
    """The result of calling a marker or a known decorator factory: what it does to the function that it is given."""

    name: str
    keywords: frozenset[str] = frozenset()


class Unknown(Struct, frozen=True, cache_hash=True):
    """Not known; `why` is a clause for a person, or "" for plain data such as a workflow's input."""

    why: str = ""


Ref = (
    Literal
    | Data
    | Text
    | Container
    | External
    | ExternalInstance
    | Module
    | Class
    | Instance
    | Function
    | Bound
    | Partial
    | Super
    | Decorator
    | Unknown
)


@dataclass(eq=False, slots=True)
class Source:
    """A taint token: the place where a hazard's value arises. `Evaluator.source` makes one for each place."""

    at: Span
    name: str
    effect: Effect
    function: str
    at_import: bool = False
    is_spent: ClassVar[bool] = False


@dataclass(eq=False, slots=True)
class ParameterTaint:
    """A placeholder for the taint of a parameter; replaced by the argument's at each call.

    Attributes:
        summary, index: the parameter's place.
        is_spent: the function was read to its end. What it left in objects no call replaces any more: it says nothing.
    """

    summary: int
    index: int
    is_spent: bool = False
    at_import: ClassVar[bool] = False


Token = Source | ParameterTaint
NO_TAINT: frozenset[Token] = frozenset()


def unspent(taint: frozenset[Token]) -> frozenset[Token]:
    """Return `taint` without the placeholders of functions that were read to their end."""
    for token in taint:
        if token.is_spent:
            return frozenset(token for token in taint if not token.is_spent)
    return taint


class Value(Struct, frozen=True):
    """What an expression may be (`refs`) and which hazards' values it carries (`taint`)."""

    refs: frozenset[Ref]
    taint: frozenset[Token] = NO_TAINT

    def tainted(self, taint: frozenset[Token]) -> "Value":
        """Return this value carrying `taint` too."""
        return self if taint <= self.taint else Value(self.refs, self.taint | taint)

    def kept(self) -> "Value":
        """Return this value as it outlives the functions that it passed through: without their placeholders."""
        taint = unspent(self.taint)
        return self if taint is self.taint else Value(self.refs, taint)

    def clean(self) -> "Value":
        """Return this value without any taint."""
        return Value(self.refs) if self.taint else self


NOTHING = Value(frozenset())
UNKNOWN = Value(frozenset({Unknown()}))
NONE = Value(frozenset({Literal("none", None)}))
TRUE = Value(frozenset({Literal("bool", True)}))
FALSE = Value(frozenset({Literal("bool", False)}))
NULL = Literal("none", None)
CERTAIN = {
    True: Value(frozenset({Literal("bool", True, True)})),
    False: Value(frozenset({Literal("bool", False, True)})),
}
"""The answers to whether this is workflow code, as code hands them on."""


def one(ref: Ref, taint: frozenset[Token] = NO_TAINT) -> Value:
    """Return the value that is just `ref`."""
    return Value(frozenset({ref}), taint)


def data(kind: str, taint: frozenset[Token] = NO_TAINT) -> Value:
    """Return some value of the built-in type `kind`."""
    return _data(kind).tainted(taint)


@lru_cache(maxsize=1_024)
def _data(kind: str) -> Value:
    return one(Data(kind))


@lru_cache(maxsize=16_384)
def literal(kind: str, value: str | int | float | bool | None) -> Value:
    """Return the value of a constant; `kind` as in `ir.Constant`."""
    return one(Literal(kind, value))


IDENTITY = "identity"
"""The type of what `id` returns, as long as nothing is computed from it: as a key it tells objects apart, and that is the
same in every process."""


def is_identity(value: Value) -> bool:
    """Tell whether a value is nothing but the identity of an object, or what an annotation says of one: some number."""
    kinds = {ref.type if isinstance(ref, Data) else "" for ref in value.refs}
    return IDENTITY in kinds and kinds <= {IDENTITY, "int"}


def has_identity(taint: frozenset[Token]) -> bool:
    """Tell whether the address of an object is among what a value carries."""
    return any(isinstance(token, Source) and token.name == "builtins.id" for token in taint)


def without_identity(taint: frozenset[Token]) -> frozenset[Token]:
    """Return `taint` without the addresses of objects."""
    if not has_identity(taint):
        return taint
    return frozenset(token for token in taint if not (isinstance(token, Source) and token.name == "builtins.id"))


def in_order(refs: frozenset[Ref]) -> Iterable[Ref]:
    """Return refs in an order of their own: a set's order differs from one process to the next, and findings must not."""
    return _sorted(refs) if len(refs) > 1 else refs


@lru_cache(maxsize=16_384)
def _sorted(refs: frozenset[Ref]) -> tuple[Ref, ...]:
    return tuple(sorted(refs, key=repr))


def join(*values: Value) -> Value:
    """Return the value that may be any of `values`."""
    first = NOTHING
    others: list[Value] | None = None
    for value in values:
        if value is NOTHING or value is first:
            continue
        if first is NOTHING:
            first = value
        elif value.refs != first.refs or value.taint != first.taint:
            if others is None:
                others = []
            others.append(value)
    if others is None:
        return first
    refs = first.refs.union(*[value.refs for value in others])
    taint = first.taint.union(*[value.taint for value in others])
    if len(refs) > MOST_REFS:
        refs = frozenset(coarse(ref) for ref in refs)
        if len(refs) > MOST_REFS:
            refs = frozenset({Unknown("it may be too many different things")})
    return Value(refs, taint)


def coarse(ref: Ref) -> Ref:
    """Return a ref with less detail: constants and texts by their type, objects by their class."""
    if isinstance(ref, Literal) and ref.kind != "none":
        return Data(ref.kind)
    if isinstance(ref, Text):
        return Data("str")
    if isinstance(ref, Instance) and not ref.shared:
        return Instance(ref.cls)
    if isinstance(ref, Container) and not ref.shared and ref.kind not in ("set", "frozenset"):
        return Data("object")
    return ref
