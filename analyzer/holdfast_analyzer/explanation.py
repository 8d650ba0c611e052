"""Why a line is workflow code, or is not: what `holdfast explain` says of it, from the functions that workflows reach."""

import os
from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct

from holdfast_analyzer.analysis import Analysis, names
from holdfast_analyzer.module_view import ModuleView
from holdfast_analyzer.modules import shown_path
from holdfast_analyzer.outline.shape import FunctionOutline, Outline, Region
from holdfast_analyzer.report import FileError, Report
from holdfast_rules.engines.profile import OperationKind
from holdfast_rules.facts import Frame, HazardUse, ReachedFunction, ReachedOperation, UnitFacts, UnresolvedCall
from holdfast_rules.rule import Finding

MOST_CANDIDATES = 5
"""Unresolved calls that are named as perhaps leading to a function."""


NOT_AMONG = "its file is not among the checked ones, and no workflow there leads to it: it is excluded, or lies outside of the paths"


class NoSuchLine(ValueError):
    """The file cannot be read, or has no such line; the message says which."""


class Kind(StrEnum):
    """What a line is to the workflows of a program."""

    WORKFLOW = "workflow"
    """a replay runs it again"""
    STEP = "step"
    """it runs in the body of a step: what that did is on record"""
    IMPORT = "import"
    """it runs when its module is imported"""
    UNREACHED = "unreached"
    """no workflow is known to reach it"""
    UNCHECKED = "unchecked"
    """its file is not among those that are checked"""


class Way(Struct, frozen=True, kw_only=True):
    """How one workflow reaches a function.

    Attributes:
        unit, engine: the workflow.
        path, line: of its definition.
        in_step: inside the body of a step.
        chain: from the workflow's own definition over each call to the function.
    """

    unit: str
    engine: str
    path: str
    line: int
    in_step: bool
    chain: tuple[Frame, ...]


class Explanation(Struct, frozen=True, kw_only=True):
    """What a line is, and why.

    Attributes:
        path, line: which line; the path as findings name it.
        function: `pkg.module:qualname` of the function that it stands in; "" outside of functions.
        kind: what it is.
        ways: how workflows reach the function, those in workflow code first, a shortest chain each.
        reasons: further sentences, lowercase and without a full stop.
        operations: durable operations on the line.
        findings: on the line, or whose chain passes over it.
        errors: of the line's file.
    """

    path: str
    line: int
    function: str
    kind: Kind
    ways: tuple[Way, ...]
    reasons: tuple[str, ...]
    operations: tuple[ReachedOperation, ...]
    findings: tuple[Finding, ...]
    errors: tuple[FileError, ...]


def explain(analysis: Analysis, report: Report, path: str, line: int) -> Explanation:
    """Explain a line.

    Args:
        analysis: that has run, with `functions=True`.
        report: of it.
        path: relative to the analysis's directory, or absolute.
        line: from 1.

    Raises:
        NoSuchLine: there is none.
    """
    prefix = os.path.join(analysis.directory, "")
    shown = shown_path(os.path.normpath(os.path.join(analysis.directory, path)), prefix)
    return _Explainer(analysis, report, shown, line).explanation()


class _Explainer:
    """Explains one line of one file."""

    def __init__(self, analysis: Analysis, report: Report, path: str, line: int) -> None:
        self._analysis = analysis
        self._report = report
        self._path = path
        self._line = line
        if path not in analysis.given and not os.path.isfile(os.path.join(analysis.directory, path)):
            raise NoSuchLine(f"there is no file `{path}`")
        view = analysis.program.view(path)
        if view is None:
            raise NoSuchLine(f"`{path}` cannot be read as Python")
        self._view: ModuleView = view
        length = len(view.source.text.splitlines())
        if not 1 <= line <= length:
            raise NoSuchLine(f"`{path}` has no line {line}: it has {length:,}")
        self._function = innermost(view.outline, line)

    def explanation(self) -> Explanation:
        here = list(self._reaching())
        # What a workflow reaches both ways is workflow code: a replay runs it again.
        here.sort(key=lambda found: (found[1].in_step, len(found[1].chain)))
        started = [] if here else list(self._started())
        kind, reasons = (Kind.STEP, []) if started else self._judged([function for _, function in here])
        return Explanation(
            path=self._path,
            line=self._line,
            function=f"{self._view.name}:{self._function.qualname}" if self._function is not None else "",
            kind=kind,
            ways=tuple(
                Way(
                    unit=facts.unit.id,
                    engine=facts.unit.engine,
                    path=facts.unit.path,
                    line=facts.unit.line,
                    in_step=function.in_step,
                    chain=function.chain,
                )
                for facts, function in here
            )
            + tuple(started),
            reasons=tuple(reasons),
            operations=tuple(dict.fromkeys(self._operations(function for _, function in here))),
            findings=tuple(found for found in self._report.findings if self._passes(found)),
            errors=tuple(error for error in self._report.errors if error.path == self._path),
        )

    def _reaching(self) -> Iterator[tuple[UnitFacts, ReachedFunction]]:
        """Yield the functions that units reach and that hold the line: its own, and lambdas that begin on it."""
        for facts in self._analysis.facts:
            for function in facts.functions:
                if function.path != self._path:
                    continue
                own = self._function is not None and function.line == self._function.line
                if own or (function.line == self._line and function.function.endswith("<lambda>")):
                    yield facts, function

    def _started(self) -> Iterator[Way]:
        """Yield how workflows start the function as a step that runs elsewhere, so that its body was not followed."""
        if self._function is None:
            return
        qualname = self._function.qualname
        wanted = {f"{self._view.name}.{qualname}", qualname.rpartition(".")[2]}
        for facts in self._analysis.facts:
            for function in facts.functions:
                for done in function.operations:
                    # `execute_activity(shop.bank.charge)`, or with the name that a text gives: `execute_activity(charge)`
                    if done.kind != OperationKind.STEP or done.name.partition("(")[2].rstrip(")") not in wanted:
                        continue
                    link = Frame(function.path, done.at[0], done.at[1], function.function, done.shown)
                    unit = facts.unit
                    yield Way(
                        unit=unit.id,
                        engine=unit.engine,
                        path=unit.path,
                        line=unit.line,
                        in_step=True,
                        chain=(*function.chain, link),
                    )
                    break

    def _operations(self, functions: Iterable[ReachedFunction]) -> Iterator[ReachedOperation]:
        for function in functions:
            for done in function.operations:
                if done.at[0] <= self._line <= done.at[2]:
                    yield done

    def _passes(self, finding: Finding) -> bool:
        """Tell whether a finding stands on the line, or its chain passes over it."""
        if finding.path == self._path and finding.line <= self._line <= finding.end_line:
            return True
        return any(frame.path == self._path and frame.line == self._line for frame in finding.chain[1:])

    # What it is

    def _judged(self, here: list[ReachedFunction]) -> tuple[Kind, list[str]]:
        if self._view.is_broken:
            return Kind.UNCHECKED, ["its file cannot be read as Python"]
        if here:
            return self._reached(here)
        if self._function is None:
            return Kind.IMPORT, list(self._why_import())
        read = self._path in self._analysis.files or any(
            function.path == self._path for facts in self._analysis.facts for function in facts.functions
        )
        reasons = list(self._why_unreached(self._function))
        if not read:
            return Kind.UNCHECKED, [NOT_AMONG, *reasons]
        return Kind.UNREACHED, reasons

    def _reached(self, here: list[ReachedFunction]) -> tuple[Kind, list[str]]:
        inside = [function for function in here if function.in_step]
        if len(inside) == len(here):
            return Kind.STEP, []
        return Kind.WORKFLOW, ["a step's body leads here, too; what it does there is on record"] if inside else []

    def _why_import(self) -> Iterator[str]:
        cls = next((c for c in self._view.outline.classes.values() if covers(c.region, self._line)), None)
        where = f"in the body of class `{cls.qualname}`" if cls is not None else "in no function"
        yield f"it stands {where}, so it runs once in each process and not with a workflow"
        for facts in self._analysis.facts:
            for use in facts.of(HazardUse):
                if use.at_import and use.at.path == self._path and use.at.line <= self._line <= use.at.end_line:
                    yield f"yet workflow `{facts.unit.id}` uses its value through `{use.bound_to or use.shown}`"

    def _why_unreached(self, function: FunctionOutline) -> Iterator[str]:
        evaluation = self._analysis.evaluation()
        name = function.qualname.rpartition(".")[2].partition("#")[0]
        profiles = [profile for profile in self._analysis.profiles if names(self._view, profile)]
        role = evaluation.role(self._view, function, profiles)
        if role is not None and role[0] == "step":
            yield f"`@{role[1]}` makes it a step, and no workflow is seen to start it"
        elif role is not None:
            yield f"`@{role[1]}` marks what a replay never runs"
        if evaluation.is_trusted(self._view, function):
            yield "`trusted` in the settings vouches for it, so that it is not entered"
        outer = self._view.outline.functions.get(function.parent)
        if outer is not None and any(
            found.path == self._path and found.line == outer.line and not found.in_step
            for facts in self._analysis.facts
            for found in facts.functions
        ):
            yield f"`{outer.qualname}` defines it and is workflow code, yet no workflow is seen to call it"
        maybe = list(self._candidates(name))
        for call, unit in maybe[:MOST_CANDIDATES]:
            yield (
                f"the unresolved call `{call.shown}` at {call.at.path}:{call.at.line}, in workflow `{unit}`, may lead here:"
                f" {call.why}"
            )
        if not maybe:
            yield self._no_call(name)

    def _no_call(self, name: str) -> str:
        """Return that no workflow calls `name`, as far as calls are resolved."""
        units = len(self._analysis.facts)
        if not units:
            return "the checked files hold no workflow"
        who, whose = (
            (f"none of the {units:,} workflows calls", "their")
            if units > 1
            else ("the one workflow does not call", "its")
        )
        open_calls = sum(facts.calls - facts.resolved for facts in self._analysis.facts)
        if not open_calls:
            return f"{who} `{name}`, and each of {whose} calls is resolved"
        return f"{who} `{name}`; {open_calls:,} of {whose} calls could not be resolved"

    def _candidates(self, name: str) -> Iterator[tuple[UnresolvedCall, str]]:
        """Yield the unresolved calls of anything that is called like the function."""
        seen = set()
        for facts in self._analysis.facts:
            for call in facts.of(UnresolvedCall):
                if call.shown.rpartition(".")[2].partition("(")[0] == name and call.at not in seen:
                    seen.add(call.at)
                    yield call, facts.unit.id


def innermost(outline: Outline, line: int) -> FunctionOutline | None:
    """Return the innermost function that holds a line, its decorators included; None outside of functions.

    A line of a class inside a function runs with that function.
    """
    around = [function for function in outline.functions.values() if covers(function.region, line)]
    return max(around, key=lambda function: function.region.line, default=None)


def covers(region: Region, line: int) -> bool:
    """Tell whether a line lies in a region."""
    return region.line <= line <= region.end_line
