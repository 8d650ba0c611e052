"""Uses of the hazard catalogue: which call or read counts, under which condition, and the taint that it gives rise to."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import classes
from holdfast_analyzer.evaluate.arguments import Arguments
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.values import (
    NO_TAINT,
    NULL,
    Container,
    Data,
    ExternalInstance,
    Instance,
    Literal,
    Source,
    Token,
    Value,
    in_order,
)
from holdfast_analyzer.summarize import ir
from holdfast_analyzer.summarize.text import shown as text_of
from holdfast_rules.effect import Effect
from holdfast_rules.facts import HazardUse, Memoised, StateWrite, UnresolvedCall
from holdfast_rules.hazards.hazard import (
    Condition,
    DefaultRepr,
    Hazard,
    NaiveReceiver,
    NonConstant,
    OnlyConstant,
    UnlessConstant,
    UnlessType,
    Unseeded,
    WithArgument,
    WithoutArgument,
)

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator

NEEDS_FLOW = frozenset({Effect.OBJECT_IDENTITY})
"""Effects that matter only where their value reaches something."""
CONTEXT_GET = "contextvars.ContextVar.get"
NEVER_REPORTED = frozenset({Effect.NUMERIC_DRIFT, Effect.UNORDERED})
"""Advisory entries; and sets, whose iteration `order` finds by the type of the value."""


def read(ev: "Evaluator", name: str, node: ir.Name | ir.Attribute, frame: Frame) -> frozenset[Token]:
    """Note that a name whose reading is a hazard is read; return its taint."""
    taint = NO_TAINT
    for hazard in ev.program.read_hazards(name):
        if applies(ev, hazard, name):
            taint |= note(ev, hazard, name, text_of(node), node.at, frame)
    return taint


def call(
    ev: "Evaluator",
    name: str,
    arguments: Arguments,
    node_at: ir.Position,
    shown: str,
    frame: Frame,
    receiver: Value | None,
) -> frozenset[Token]:
    """Note that a name is called, if that is a hazard; return the taint of the result."""
    taint = NO_TAINT
    for hazard in ev.program.call_hazards(name):
        if not applies(ev, hazard, name):
            continue
        if holds(ev, hazard.when, arguments, receiver, frame):
            taint |= note(ev, hazard, name, shown, node_at, frame)
    return taint


def applies(ev: "Evaluator", hazard: Hazard, name: str) -> bool:
    """Tell whether the engine leaves the hazard one."""
    if hazard.effect in NEVER_REPORTED:
        return False
    return hazard.name not in ev.index.deterministic and name not in ev.index.deterministic


def holds(ev: "Evaluator", when: Condition, arguments: Arguments, receiver: Value | None, frame: Frame) -> bool:
    """Tell whether the condition of a hazard holds for these arguments."""
    if isinstance(when, WithoutArgument):
        return absent(arguments.get(when.position, when.keyword))
    if isinstance(when, WithArgument):
        return not absent(arguments.get(when.position, when.keyword))
    if isinstance(when, Unseeded):
        value = arguments.get(when.position, when.keyword)
        return absent(value) or any(
            isinstance(token, Source) for token in ev.heap.deep_taint(value or Value(frozenset()))
        )
    if isinstance(when, UnlessConstant):
        value = arguments.get(when.position, when.keyword)
        constants = literals(value)
        return constants is None or not constants <= set(when.values)
    if isinstance(when, OnlyConstant):
        constants = literals(arguments.get(when.position, when.keyword))
        if constants is None:
            return when.default
        return any(part in str(text) for text in constants for part in when.contains)
    if isinstance(when, NonConstant):
        value = arguments.get(when.position, when.keyword)
        return value is not None and literals(value) is None
    if isinstance(when, UnlessType):
        return not of_type(ev, arguments.get(when.position, when.keyword), when.types)
    if isinstance(when, DefaultRepr):
        value = arguments.get(when.position)
        return value is not None and any(has_default_repr(ev, ref) for ref in value.refs)
    if isinstance(when, NaiveReceiver):
        return receiver is not None and any(
            isinstance(ref, ExternalInstance) and ref.type == "datetime.datetime.naive" for ref in receiver.refs
        )
    return True


def variable_of(shown: str) -> str:
    """Return the name of the context variable in `user.get` and `shared.user.set`."""
    return shown.rpartition(".")[0].rpartition(".")[2]


def absent(value: Value | None) -> bool:
    """Tell whether an argument is not given, or is `None` on every path."""
    return value is None or (bool(value.refs) and all(ref == NULL for ref in value.refs))


def literals(value: Value | None) -> set[object] | None:
    """Return the constants that a value may be, or None where it may be anything else."""
    if value is None or not value.refs or not all(isinstance(ref, Literal) for ref in value.refs):
        return None
    return {ref.value for ref in value.refs if isinstance(ref, Literal)}


def of_type(ev: "Evaluator", value: Value | None, types: tuple[str, ...]) -> bool:
    """Tell whether a value is certainly of one of these types."""
    if value is None or not value.refs:
        return False
    for ref in in_order(value.refs):
        if isinstance(ref, ExternalInstance):
            name = ref.type
        elif isinstance(ref, Data):
            name = f"builtins.{ref.type}"
        elif isinstance(ref, Literal | Container):
            name = f"builtins.{ref.kind}"
        else:
            return False
        if name not in types:
            return False
    return True


def has_default_repr(ev: "Evaluator", ref: object) -> bool:
    """Tell whether `repr` of an object is the default one, which shows its address."""
    if not isinstance(ref, Instance):
        return False
    outline = ev.class_outline(ref.cls)
    if outline is None or any(
        "dataclass" in text or "attrs" in text or text == "define" for text in outline.decorators
    ):
        return False
    for base in classes.linearise(ev, ref.cls):
        if not isinstance(base, type(ref.cls)):
            return False
        found = ev.class_outline(base)
        if found is None or found.methods.keys() & {"__repr__", "__str__", "__format__"}:
            return False
        if any("dataclass" in text for text in found.decorators):
            return False
    return True


def note(ev: "Evaluator", hazard: Hazard, name: str, shown: str, at: ir.Position, frame: Frame) -> frozenset[Token]:
    """Note one use; return the taint of its value."""
    if frame.vouched:
        return NO_TAINT
    span = frame.summary.span(at)
    function = frame.summary.function
    token = ev.source(frame, at, name, hazard.effect)
    if frame.at_import and hazard.effect is not Effect.STATE:
        return frozenset({token})
    if hazard.effect is Effect.STATE:
        ev.note(frame, StateWrite(at=span, function=function, chain=(), name=name, how="mutation", shown=shown))
        return NO_TAINT
    if hazard.effect is Effect.MEMOISED:
        variable = variable_of(shown) if name == CONTEXT_GET else ""
        ev.note(frame, Memoised(at=span, function=function, chain=(), name=name, how=shown, variable=variable))
        # Whether the workflow sets the variable itself is known only in the end; the reading is reported in any case.
        return NO_TAINT if variable else frozenset({token})
    if hazard.effect is Effect.DYNAMIC:
        why = "the code that it runs is made at run time"
        ev.note(frame, UnresolvedCall(at=span, function=function, chain=(), shown=shown, why=why))
        frame.summary.calls[at] = False
        return NO_TAINT
    remedy = ev.index.profile.replacements.get(hazard.effect, "")
    fact = HazardUse(at=span, function=function, chain=(), effect=hazard.effect, name=name, shown=shown, remedy=remedy)
    ev.note(frame, fact, token, in_need=hazard.order_only or hazard.effect in NEEDS_FLOW)
    return frozenset({token})
