"""`Guard`: what an engine does about the hazards that its workflows' code uses."""

from __future__ import annotations

import ast
import logging
import types
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import CodeType, FrameType
from typing import TYPE_CHECKING, Any, Final, Literal, get_args
from weakref import WeakKeyDictionary

from holdfast.errors import GuardedHazard
from holdfast.guard import durable
from holdfast.guard.arguments import ABSENT, UNKNOWN, Arguments, holds, receivers
from holdfast.guard.audit import Muted
from holdfast.guard.hazards import Found
from holdfast.guard.interception import Interception
from holdfast.guard.places import unit_frames
from holdfast.guard.settings import Settings, settings_of
from holdfast.guard.source import source_of, source_of_file
from holdfast.guard.state import Write
from holdfast.guard.stretches import Inside, Outside, Stretch
from holdfast.guard.watcher import WATCHER
from holdfast.guard.wording import hazard_use, worded, written
from holdfast_rules.effect import Effect
from holdfast_rules.facts import Fact

if TYPE_CHECKING:
    from holdfast.execution.execution import Execution
    from holdfast.execution.scope import Branch, StepScope

Mode = Literal["off", "warn", "raise"]
"""What a guard does when it sees a hazard."""

_MOST_CHAINS: Final = 10_000
"""Ways to hazards that are remembered, so that they need not be judged again."""
_log: Final = logging.getLogger("holdfast.guard")


class Guard:
    """Watches workflow code, and nothing else: no step, no transaction, no code beside it.

    Args:
        mode: `warn` logs each place once for a workflow, to the logger `holdfast.guard`; `raise` parks the workflow as
            stuck, from which it goes on once its code is mended; `off` installs nothing.
        report: called with each interception, in the thread that runs the workflow; in either mode, before the warning
            or the error, once for a place and a workflow.
        settings: what `[tool.holdfast]` says; that of the working directory's project unless given.
        thorough: see every call, at its cost. Without it a call site is left alone once it has called only what is
            harmless a few times over.

    Attributes:
        mode: as given.
        thorough: as given.
        seen: every interception, one for each place and workflow, and how often.
    """

    def __init__(
        self,
        mode: Mode = "warn",
        report: Callable[[Interception], None] | None = None,
        *,
        settings: Settings | None = None,
        thorough: bool = False,
    ) -> None:
        if mode not in get_args(Mode):
            raise ValueError(f"a guard is `off`, `warn` or `raise`, not {mode!r}")
        self.mode: Mode = mode
        self.thorough = thorough
        self.seen: Counter[Interception] = Counter()
        self._report = report
        self._settings = settings if settings is not None else settings_of(Path.cwd())
        self._stretches: WeakKeyDictionary[Execution, Stretch] = WeakKeyDictionary()
        self._judged: dict[tuple[int, int], CodeType] = {}
        # With the code objects, so that the identities in the key are nobody else's.
        self._reported: dict[tuple[Any, ...], tuple[Interception, tuple[CodeType, ...]]] = {}
        self._places: dict[tuple[Any, ...], Interception] = {}

    @property
    def effects(self) -> Mapping[str, Sequence[str]]:
        """Hazards that the project adds to the catalogue, by effect."""
        return self._settings.effects

    # -- what the engine calls

    def install(self) -> None:
        """Begin to watch; an engine does so when it is launched."""
        if self.mode != "off":
            WATCHER.join(self)

    def uninstall(self) -> None:
        """Undo `install`."""
        if self.mode != "off":
            WATCHER.leave(self)

    def inside(self, branch: Branch, effect: Any, arguments: Any = ()) -> Any:
        """Return an effect that runs workflow code under this guard.

        Args:
            branch: the run's main branch.
            effect: runs it.
            arguments: what it is called with.
        """
        function = branch.execution.workflow.function
        WATCHER.follow(function, *(type(each) for each in arguments))
        watched = WATCHER.backend.inside(effect)
        writes = WATCHER.writes_of(function)
        if not writes.found:
            return watched
        stretch = self._stretches[branch.execution] = Stretch(self, branch, writes)
        return Inside(watched, stretch)

    def outside(self, branch: Branch, effect: Any) -> Any:
        """Return an effect that runs the body of a step, which nobody watches."""
        stretch = self._stretches.get(branch.execution)
        watched = WATCHER.backend.outside(effect)
        return watched if stretch is None else Outside(watched, stretch)

    def line(self, line: Callable[[], Any]) -> Callable[[], Any]:
        """Return what runs a line of workflow code on a thread of its own, under this guard."""
        WATCHER.follow(line)
        return WATCHER.backend.inside(_Line(line)).run

    def coroutine(self, branch: Branch, coroutine: Any) -> Any:
        """Return what runs a coroutine of workflow code as a task, under this guard."""
        durable.spawns(self, branch, coroutine)
        return WATCHER.backend.coroutine(coroutine)

    def asks(self, branch: Branch, operation: str) -> None:
        """Look at where workflow code asks for a durable operation."""
        durable.asks(self, branch, operation)

    def makes(self, branch: Branch, operation: str) -> None:
        """Look at what workflow code does with the coroutine of a durable operation."""
        durable.makes(self, branch, operation)

    def nests(self, within: StepScope, operation: str) -> None:
        """Say that a step's body begins a durable operation."""
        durable.nests(self, within, operation)

    def fails(self, branch: Branch, error: BaseException) -> None:
        """Look at the error that ends a workflow."""
        durable.fails(self, branch, error)

    # -- judging

    def judge(self, branch: Branch, frame: FrameType, offset: int, found: Found, called: Any, first: Any) -> None:
        """Judge a use of the catalogue that the code of `frame` is about to make.

        Args:
            branch: whose code it is.
            frame: the frame.
            offset: of its instruction.
            found: what the catalogue says of the thing used.
            called: what is called, or its code; None for a read.
            first: its first argument, the object of a method included; `ABSENT` or `UNKNOWN`.

        Raises:
            GuardedHazard: in mode `raise`.
        """
        if branch.execution.closing is not None:
            return
        with Muted():
            frames = unit_frames(frame)
            if frames is None:
                return
            source = source_of(frame)
            call = source.call_at(frame.f_code, offset) if called is not None else None
            receiver, first = _receiver(called, first)
            if type(receiver).__module__.partition(".")[0] == "holdfast":
                return  # what Holdfast lends to workflow code: its logger, its random numbers
            arguments = Arguments(call, frame, first, receiver)
            self._judged[id(frame.f_code), offset] = frame.f_code
            uses = [(name, hazard) for name, hazard in found if holds(hazard.when, arguments)]
        if uses:
            name, hazard = uses[0]
            shown = ast.unparse(call.func) if call is not None else name
            self.found(branch, frames, hazard_use(hazard.effect, name, shown), name)

    def judge_client(self, branch: Branch, frame: FrameType, offset: int, called: Any) -> None:
        """Judge a call into a package that the catalogue knows, by the objects that the code names on its way there:
        `client.responses.create(…)` is a use of `client`.
        """
        call = source_of(frame).call_at(frame.f_code, offset)
        if call is None:
            return
        for receiver, attributes in receivers(call.func, frame):
            found = WATCHER.hazards.using(receiver, attributes)
            if found:
                self.judge(branch, frame, offset, found, called, UNKNOWN)
                return

    def judge_io(self, branch: Branch, frame: FrameType, event: str, effect: Effect) -> None:
        """Judge input or output that an audit event tells of, unless the call that led to it was judged itself."""
        if branch.execution.closing is not None:
            return
        with Muted():
            frames = unit_frames(frame)
            if frames is None or (id(frames[0].f_code), frames[0].f_lasti) in self._judged:
                return
            call = source_of(frames[0]).call_at(frames[0].f_code, frames[0].f_lasti)
            shown = ast.unparse(call.func) if call is not None else event
        self.found(branch, frames, hazard_use(effect, event, shown), event)

    def found(
        self,
        branch: Branch,
        frames: list[FrameType],
        fact: Fact,
        name: str,
        line: int = 0,
        message: str = "",
        act: bool = True,
    ) -> None:
        """Say that workflow code does what a rule forbids, unless its comments or its settings excuse it.

        Args:
            branch: whose code it is.
            frames: of workflow code, the innermost first.
            fact: what it does.
            name: of what it uses.
            line: of the place, where the frame is not at it.
            message: in place of the rule's own.
            act: False when an error has been raised already, so that it is told and nothing more.

        Raises:
            GuardedHazard: in mode `raise`.
        """
        with Muted():
            interception = self._finding(branch, frames, fact, name, line, message)
        if interception is not None:
            self._tell(branch, interception, act)

    def wrote(self, branch: Branch, write: Write) -> None:
        """Say that workflow code has changed what outlives the run; raises like `found`."""
        with Muted():
            interception = written(write, branch.execution.workflow.name)
            excused = source_of_file(write.path).suppressed(interception.code, write.line)
            trusted = self._settings.trusts(f"{write.module}.{write.function}")
        if interception.code in self._settings.codes and not excused and not trusted:
            self._tell(branch, interception, True)

    def _tell(self, branch: Branch, interception: Interception, act: bool) -> None:
        with Muted():
            self._note(interception)
        if self.mode == "raise" and act:
            raise branch.execution.close(GuardedHazard(interception))

    def _finding(
        self, branch: Branch, frames: list[FrameType], fact: Fact, name: str, line: int, message: str
    ) -> Interception | None:
        """Return what to say of a fact; None when the code, its comments or its settings say that it is no matter."""
        workflow = branch.execution.workflow.name
        key = (workflow, name, *((id(each.f_code), each.f_lasti) for each in frames))
        former = self._reported.get(key)
        if former is not None:
            return former[0]
        found = worded(fact, frames, workflow, name, line, message)
        if found.code not in self._settings.codes or self._is_excused(found.code, frames):
            return None
        if len(self._reported) >= _MOST_CHAINS:
            self._reported.clear()
        self._reported[key] = (found, tuple(each.f_code for each in frames))
        return found

    def _is_excused(self, code: str, frames: list[FrameType]) -> bool:
        for frame in frames:
            source = source_of(frame)
            if source.suppressed(code, frame.f_lineno or 0) or self._settings.trusts(_dotted(frame)):
                return True
            node = source.node_at(frame.f_code, frame.f_lasti) if source.tree is not None else None
            if node is not None and source.replays_aside(node):
                return True
        return False

    # -- acting

    def _note(self, interception: Interception) -> None:
        place = (interception.code, interception.hazard, interception.path, interception.line, interception.workflow)
        first = self._places.setdefault(place, interception)
        self.seen[first] += 1
        if self.seen[first] > 1:
            return
        if self._report is not None:
            self._report(interception)
        if self.mode == "warn":
            _log.warning("%s", interception)


class _Line:
    """A line of workflow code as an effect."""

    def __init__(self, line: Callable[[], Any]) -> None:
        self._line = line

    def run(self) -> Any:
        return self._line()

    async def arun(self) -> Any:
        return self._line()


def _receiver(called: Any, first: Any) -> tuple[Any, Any]:
    """Return the object of a method and the first argument behind it, from what a call's first argument is."""
    kind = type(called)
    if kind in (types.BuiltinFunctionType, types.MethodType) and type(called.__self__) is not types.ModuleType:
        return called.__self__, first
    name = called.__qualname__ if kind is types.FunctionType else called.co_qualname if kind is CodeType else ""
    is_method = "." in name.rpartition("<locals>.")[2]
    if is_method or kind in (types.MethodDescriptorType, types.WrapperDescriptorType):
        return (None if first is ABSENT or first is UNKNOWN else first), UNKNOWN
    return None, first


def _dotted(frame: FrameType) -> str:
    return f"{frame.f_globals.get('__name__', '')}.{frame.f_code.co_qualname}"
