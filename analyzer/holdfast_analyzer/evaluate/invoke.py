"""Calling followed functions: binding arguments, evaluating each body once for each kind of arguments, joining results."""

from typing import TYPE_CHECKING

from holdfast_analyzer.evaluate import effects, sql
from holdfast_analyzer.evaluate.annotations import says_little
from holdfast_analyzer.evaluate.arguments import Arguments, match
from holdfast_analyzer.evaluate.blocks import block
from holdfast_analyzer.evaluate.branches import certain
from holdfast_analyzer.evaluate.closures import plain_key
from holdfast_analyzer.evaluate.frame import Frame
from holdfast_analyzer.evaluate.kinds import Kind, Kinds, Place
from holdfast_analyzer.evaluate.reading import is_of_import, note_import_time
from holdfast_analyzer.evaluate.summary import Edge, Summary
from holdfast_analyzer.evaluate.values import (
    NO_TAINT,
    NONE,
    NOTHING,
    Class,
    Container,
    Function,
    ParameterTaint,
    Ref,
    Token,
    Unknown,
    Value,
    in_order,
    join,
    one,
)
from holdfast_analyzer.summarize import ir

if TYPE_CHECKING:
    from holdfast_analyzer.evaluate.evaluator import Evaluator
    from holdfast_analyzer.module_view import ModuleView

MOST_ALLOCATORS = 4
"""From this many readings of a function on, the objects that it makes are the same ones in all further readings: objects
of their own would make readings of their own of all that they are handed to."""
MOST_READINGS = 96
"""One piece of code is evaluated at most this often for one engine, whatever frames and arguments it is called with: from
then on its last summary for the same functions and classes stands for all. Closures would otherwise be read anew for each
frame that defines them; what a decorator makes of one function says nothing of another."""
DEEPEST = 120
"""Calls nested deeper than this are left unresolved."""
DEEPEST_INSTALLED = 8
"""The same for code of installed packages: what a workflow runs lies near its surface."""


class Invocations:
    """All evaluated functions."""

    def __init__(self, ev: "Evaluator") -> None:
        self.ev = ev
        self.kinds = Kinds(ev, self.body)
        self.summaries: dict[tuple[Kind, ...], Summary] = {}
        self.allocators: dict[Place, int] = {}
        self.latest: dict[tuple[Place, frozenset[Place]], Summary] = {}
        self.frames: dict[int, Frame] = {}
        self.bodies: dict[int, ir.FunctionBody] = {}
        self.depth = 0
        self.installed_depth = 0

    def invoke(self, function: Function, arguments: Arguments, frame: Frame, at: ir.Position, shown: str) -> Value:
        """Call a followed function from `frame`; note the call, and return its result in the caller's terms."""
        summary, given = self.evaluate(function, arguments)
        if summary is None:
            frame.summary.calls[at] = False
            return one(Unknown("the chain of calls is too deep"), arguments.taint())
        caller = frame.summary
        if frame.vouched:
            # The author vouches for what happens below, too; only that it is durable matters still.
            caller.durable = caller.durable or summary.durable
            return Value(summary.returns.refs)
        caller.edges.setdefault((at, summary.number), Edge(at, shown, summary, given))
        caller.durable = caller.durable or summary.durable
        if summary.asks_engine:
            frame.engine_calls += 1
            caller.asks_engine = True
        if summary.durable:
            self.ev.durable_reached(frame, at, shown)
        taints: dict[int, frozenset[Token]] = {}
        # A function that calls itself adds to what is walked here.
        for sink, tokens in list(summary.parameter_flows.items()):
            caller.flow(self.actual(frozenset(tokens), summary, given, taints), sink)
        for key, change in list(summary.changes.items()):
            taint = self.actual(change.value.taint, summary, given, taints) if change.value.taint else NO_TAINT
            effects.passed_on(self.ev, summary, given, key, change, taint, frame)
        returned = self.made_anew(summary, frame, at) if summary.made else summary.returns
        return Value(returned.refs, self.actual(returned.taint, summary, given, taints)) if returned.taint else returned

    def made_anew(self, summary: Summary, frame: Frame, at: ir.Position) -> Value:
        """Return what a function returns, with containers of this call's own for those that each call makes."""
        if frame.at_import:
            return summary.returns
        refs: set[Ref] = set()
        for ref in summary.returns.refs:
            if ref in summary.made and isinstance(ref, Container):
                copy = Container(ref.kind, (frame.serial, at, ref.site))
                self.ev.heap.copy_contents(ref, copy)
                if ref.site in self.ev.small_displays:
                    self.ev.small_displays.setdefault(copy.site, self.ev.small_displays[ref.site])
                if ref in self.ev.finish_ordered:
                    self.ev.finish_ordered[copy] = self.ev.finish_ordered[ref]
                refs.add(copy)
            else:
                refs.add(ref)
        return Value(frozenset(refs), summary.returns.taint)

    def actual(
        self, tokens: frozenset[Token], summary: Summary, given: list[Value], taints: dict[int, frozenset[Token]]
    ) -> frozenset[Token]:
        """Return what tokens of `summary` stand for in its caller; `taints` keeps what was found of each argument."""
        others: list[Token] = []
        found: list[frozenset[Token]] = []
        for token in tokens:
            if not isinstance(token, ParameterTaint) or token.summary != summary.number:
                if not token.is_spent:
                    others.append(token)
            elif token.index < len(given):
                known = taints.get(token.index)
                if known is None:
                    known = taints[token.index] = self.ev.heap.given_taint(given[token.index])
                found.append(known)
        return frozenset(others).union(*found)

    def evaluate(self, function: Function, arguments: Arguments) -> tuple[Summary | None, list[Value]]:
        """Return the summary of `function` for such arguments, and the value that each parameter was given."""
        ev = self.ev
        key = plain_key(function)
        view = ev.program.view(function.path)
        body = self.body(function, view)
        if view is None or body is None:
            return None, []
        installed = not view.in_project
        if self.depth >= DEEPEST or (installed and (self.installed_depth >= DEEPEST_INSTALLED or ev.step_depth)):
            return None, []
        given = self.bind(function, view, body, arguments)
        place = (key.path, key.qualname, key.at)
        captured = self.kinds.captured.kind(function, body) if function.frame is not None else None
        values = self.kinds.generalised(place, captured, [value for _, value in given])
        kind = (place, bool(ev.step_depth), captured, *self.kinds.told(place, values))
        summary = self.summaries.get(kind)
        if summary is None:
            readings = self.kinds.read_again(place)
            about = (place, subjects(function, values))
            if readings > MOST_READINGS and about in self.latest:
                return self.latest[about], [value for _, value in given]
            module = view.name
            summary = Summary(
                next(ev.serials), view.path, f"{module}:{function.qualname}", *function.at, view.in_project
            )
            self.summaries[kind] = summary
            self.latest[about] = summary
            self.bodies[summary.number] = body
            summary.given = values
            self.depth += 1
            self.installed_depth += installed
            try:
                self.run(function, view, body, summary, [name for name, _ in given], values)
                self.note_defaults(body, summary, arguments, given)
            finally:
                self.depth -= 1
                self.installed_depth -= installed
        return summary, [value for _, value in given]

    def body(self, function: Function, view: "ModuleView | None") -> ir.FunctionBody | None:
        """Return the body of a function, by its closure or from its file."""
        found = self.ev.bodies.get(plain_key(function))
        if found is not None or view is None:
            return found
        outline = view.outline.functions.get(function.qualname)
        return view.function_body(outline) if outline is not None else None

    def run(
        self,
        function: Function,
        view: "ModuleView",
        body: ir.FunctionBody,
        summary: Summary,
        parameters: list[str],
        values: list[Value],
    ) -> None:
        """Evaluate a body into `summary`."""
        frame = Frame(
            view,
            summary,
            bound=frozenset(body.bound),
            global_names=frozenset(body.global_names),
            parent=function.frame,
            owner=function.owner,
            qualname=function.qualname,
            serial=self.allocator(function, summary),
        )
        frame.nonlocal_names = frozenset(body.nonlocal_names)
        if function.owner is not None and values:
            frame.receiver = next(iter(in_order(values[0].refs)), None)
        placeholders: list[ParameterTaint] = []
        for index, (name, value) in enumerate(zip(parameters, values, strict=True)):
            placeholder = ParameterTaint(summary.number, index)
            placeholders.append(placeholder)
            frame.names[name] = Value(value.refs, frozenset({placeholder}))
            frame.parameters[name] = index
        self.frames[summary.number] = frame
        block(self.ev, body.body, frame)
        summary.returns = self.outcome(body, frame)
        summary.outcome = self.ev.heap.deep_taint(frame.returns)
        for placeholder in placeholders:
            placeholder.is_spent = True
        if not summary.changes:
            # What it keeps elsewhere, too, is not this call's alone.
            summary.made = frozenset(
                ref for ref in summary.returns.refs if isinstance(ref, Container) and is_made_by(ref, frame)
            )
        summary.settle()

    def allocator(self, function: Function, summary: Summary) -> int:
        """Return the number that objects made by a reading are known by: the first few readings have one each."""
        place = (function.path, function.qualname, function.at)
        if self.kinds.readings.get(place, 0) <= MOST_ALLOCATORS:
            return summary.number
        return self.allocators.setdefault(place, summary.number)

    def enter(self, function: Function) -> Frame | None:
        """Evaluate a function that encloses definitions, with unknown arguments; return its frame for what it binds."""
        ev = self.ev
        view = ev.program.view(function.path)
        body = self.body(function, view)
        if view is None or body is None:
            return None
        given = self.bind(function, view, body, Arguments())
        summary = Summary(
            next(ev.serials), view.path, f"{view.name}:{function.qualname}", *function.at, view.in_project
        )
        self.run(function, view, body, summary, [name for name, _ in given], [value for _, value in given])
        return self.frames.pop(summary.number)

    def outcome(self, body: ir.FunctionBody, frame: Frame) -> Value:
        """Return what calling the function gives: for a generator, the generator."""
        returns = certain(frame.returns) if frame.certain else frame.returns
        annotated = self.ev.refine(returns, body.returns, frame)
        if not body.is_generator:
            return annotated
        ref = Container("generator", (frame.serial, "generator"))
        self.ev.heap.add(ref, frame.yields)
        self.ev.heap.contents(ref).items[("return", "")] = frame.returns
        return one(ref, frame.yields.taint)

    def bind(
        self, function: Function, view: "ModuleView", body: ir.FunctionBody, arguments: Arguments
    ) -> list[tuple[str, Value]]:
        """Give each parameter its argument, its default, or what its annotation says."""
        ev = self.ev
        matched = match(body.parameters, arguments)
        result: list[tuple[str, Value]] = []
        for parameter in body.parameters:
            value = matched[parameter.name]
            if parameter.kind in ("star", "double-star"):
                kept = self.rest(function, body, parameter, value or NOTHING, arguments)
                result.append((parameter.name, kept))
                continue
            if value is None and parameter.default is not None:
                value = self.default(function, view, parameter)
            elif value is None or says_little(value):
                defining = function.frame or ev.module_frame(view, function.at[0])
                before = value if value is not None else one(Unknown(sql.PARAMETER))
                value = self.ev.refine(before, parameter.annotation, defining)
            result.append((parameter.name, value))
        return result

    def made_at_import(self, function: Function, view: "ModuleView", body: ir.FunctionBody) -> list[str]:
        """Return the parameters whose default a hazard made when the function was defined: who leaves them out gets that."""
        return [
            parameter.name
            for parameter in body.parameters
            if parameter.default is not None
            and any(is_of_import(token) for token in self.default(function, view, parameter).taint)
        ]

    def note_defaults(
        self, body: ir.FunctionBody, summary: Summary, arguments: Arguments, given: list[tuple[str, Value]]
    ) -> None:
        """Note parameters that fell back to a default that a hazard made when the function was defined (405)."""
        matched = match(body.parameters, arguments)
        for parameter, (_, value) in zip(body.parameters, given, strict=True):
            if matched[parameter.name] is None and parameter.default is not None:
                for token in value.taint:
                    if is_of_import(token):
                        note_import_time(self.ev, token, parameter.name, self.frames[summary.number], parameter.at)

    def rest(
        self, function: Function, body: ir.FunctionBody, parameter: ir.Parameter, value: Value, arguments: Arguments
    ) -> Value:
        """Return the tuple or dict that `*args` or `**kwargs` holds: by position where the call tells them."""
        places: list[Value] = []
        keywords: dict[str, Value] = {}
        if parameter.kind == "star" and not arguments.open_ended and arguments.rest is NOTHING:
            named = sum(other.kind in ("positional-only", "positional") for other in body.parameters)
            places = arguments.positional[named:]
            value = NOTHING
        if parameter.kind == "double-star":
            taken = {other.name for other in body.parameters if other.kind in ("positional", "keyword-only")}
            keywords = {key: given for key, given in arguments.keywords.items() if key not in taken}
            value = arguments.rest_keywords
        held = [*places, *keywords.values(), value]
        shape = tuple(tuple(sorted(map(repr, part.refs))) for part in held)
        kind = "tuple" if parameter.kind == "star" else "dict"
        ref = Container(kind, (plain_key(function), parameter.name, tuple(keywords), shape))
        contents = self.ev.heap.contents(ref)
        for index, place in enumerate(places):
            contents.items[("int", index)] = join(contents.items.get(("int", index), NOTHING), place)
        for key, given in keywords.items():
            contents.items[("str", key)] = join(contents.items.get(("str", key), NOTHING), given)
        if value is not NOTHING:
            contents.elements = join(contents.elements, value)
        return one(ref, NO_TAINT.union(*(part.taint for part in held)))

    def default(self, function: Function, view: "ModuleView", parameter: ir.Parameter) -> Value:
        """Return a parameter's default, which was evaluated when the function was defined."""
        ev = self.ev
        assert parameter.default is not None
        key = ("default", plain_key(function), parameter.name)
        known = ev.member_values.get(key)
        if known is not None:
            return known
        ev.member_values[key] = NOTHING
        frame = function.frame if function.frame is not None else ev.module_frame(view, function.at[0])
        if function.owner is not None and function.frame is None:
            frame.owner = function.owner
        value = ev.value(parameter.default, frame)
        from holdfast_analyzer.evaluate.classes import share

        value = share(ev, value, f"{function.qualname}({parameter.name})")
        if says_little(value) and value != NONE:
            value = join(value, ev.annotation(parameter.annotation, frame))
        ev.member_values[key] = value
        return value


def is_made_by(ref: Container, frame: Frame) -> bool:
    """Tell whether a body displays or comprehends a list, dict or set itself."""
    if ref.shared or ref.kind not in ("list", "dict", "set"):
        return False
    return len(ref.site) == 2 and ref.site[0] == frame.serial


def subjects(function: Function, values: list[Value]) -> frozenset[Place]:
    """Return the functions and classes that a call is about: those that it, or a function around it, was given."""
    given = list(values)
    around = function.frame
    while around is not None:
        given += [around.names[name] for name in around.parameters if name in around.names]
        around = around.parent
    return frozenset(
        (ref.path, ref.qualname, ref.at if isinstance(ref, Function) else (0, 0))
        for value in given
        for ref in value.refs
        if isinstance(ref, Function | Class) and ref.frame is None
    )
