"""From the summaries that a unit reaches to the facts that rules judge, each with its shortest chain."""

from collections import deque
from collections.abc import Container, Iterable
from dataclasses import dataclass, field

import msgspec

from holdfast_analyzer.evaluate.reading import VALUE_EFFECTS
from holdfast_analyzer.evaluate.summary import Event, Summary
from holdfast_analyzer.evaluate.values import Source
from holdfast_analyzer.units import EvaluatedUnit
from holdfast_rules.effect import Effect
from holdfast_rules.engines.profile import Profile
from holdfast_rules.facts import (
    ConcurrentWrite,
    Fact,
    Frame,
    HazardUse,
    MutatedCheckpoint,
    NestedStep,
    ReachedCall,
    ReachedFunction,
    ReachedOperation,
    Sink,
    Span,
    SqlText,
    StateRead,
    StateWrite,
    TaintedBranch,
    UnitFacts,
    UnorderedIteration,
)
from holdfast_rules.rule import DECISIVE

IN_STEPS = (NestedStep, SqlText, MutatedCheckpoint)
"""Facts that matter inside a step's body, too."""


OUTWARD = frozenset(
    {
        Effect.NETWORK,
        Effect.DATABASE,
        Effect.MODEL,
        Effect.FILE_WRITE,
        Effect.SUBPROCESS,
        Effect.SLEEP,
        Effect.THREAD,
        Effect.SIGNAL,
        Effect.OUTPUT,
    }
)
"""Effects that reach outside of a workflow: they are repeated with it whether or not anything is on record."""


@dataclass(slots=True)
class Reached:
    """The summaries that a unit reaches, each with the chain that leads to it."""

    chains: dict[int, tuple[Frame, ...]] = field(default_factory=dict)
    summaries: dict[int, Summary] = field(default_factory=dict)
    steps: set[int] = field(default_factory=set)
    step_roots: set[int] = field(default_factory=set)


def collect(
    evaluated: EvaluatedUnit, profile: Profile, also: Iterable[Fact] = (), *, functions: bool = False
) -> UnitFacts:
    """Return all facts about a unit.

    Args:
        evaluated: the unit.
        profile: its engine's.
        also: facts that are known already.
        functions: tell the functions that it reaches, too.
    """
    reached = reach(evaluated)
    outside = [number for number in reached.summaries if number not in reached.steps]
    flows = flows_of(reached, outside, [entry.number for entry in evaluated.entries])
    flows_in_steps = flows_of(reached, reached.steps, reached.step_roots)
    own = {summary.path for summary in reached.summaries.values() if summary.in_project}
    facts: list[Fact] = list(also)
    calls: dict[tuple[str, object], bool] = {}
    for number, summary in reached.summaries.items():
        in_step = number in reached.steps
        for event in summary.events.values():
            fact = finished(event, summary, reached.chains[number], flows_in_steps if in_step else flows, in_step)
            if fact is not None:
                facts.append(fact if summary.in_project else at_last_project_frame(fact, own))
        if not in_step and summary.in_project:
            for at, resolved in summary.calls.items():
                key = (summary.path, at)
                calls[key] = calls.get(key, True) and resolved
    if profile.replay_needs_operation and not any(entry.durable for entry in evaluated.entries):
        facts = [fact for fact in facts if not isinstance(fact, HazardUse) or fact.effect in OUTWARD]
    return UnitFacts(
        unit=evaluated.unit,
        profile=profile,
        facts=without_echoes(facts),
        # What stands in a body that could not be read is resolved by no one.
        calls=len(calls) + evaluated.unread,
        resolved=sum(calls.values()),
        functions=functions_of(reached) if functions else (),
    )


def functions_of(reached: Reached) -> tuple[ReachedFunction, ...]:
    """Return the functions that a unit reaches; what was evaluated for several kinds of arguments is one."""
    groups: dict[tuple[str, int, str, bool], list[Summary]] = {}
    for number, summary in reached.summaries.items():
        key = (summary.path, summary.line, summary.function, number in reached.steps)
        groups.setdefault(key, []).append(summary)
    places = {summary.number: index for index, group in enumerate(groups.values()) for summary in group}
    found = []
    for (path, line, function, in_step), group in groups.items():
        calls = {
            ReachedCall(edge.at, edge.shown, places[edge.callee.number], starts_step)
            for summary in group
            for starts_step, edges in ((False, summary.edges), (True, summary.steps))
            for edge in edges.values()
        }
        operations = {
            ReachedOperation(done.at, done.kind, done.name, done.shown)
            for summary in group
            for done in summary.operations.values()
        }
        first = group[0]
        found.append(
            ReachedFunction(
                path=path,
                line=line,
                column=first.column,
                function=function,
                in_project=first.in_project,
                in_step=in_step,
                chain=reached.chains[first.number],
                calls=tuple(sorted(calls, key=lambda call: (call.at, call.callee))),
                operations=tuple(sorted(operations, key=lambda done: done.at)),
            )
        )
    return tuple(found)


def reach(evaluated: EvaluatedUnit) -> Reached:
    """Walk the calls breadth first, so that the first chain to each function is a shortest one; then the steps' bodies."""
    reached = Reached()
    unit = evaluated.unit
    queue: deque[Summary] = deque()
    for entry in evaluated.entries:
        root = (Frame(unit.path, unit.line, unit.column, unit.id, shown_entry(entry)),)
        if entry.number not in reached.chains:
            reached.chains[entry.number] = root
            reached.summaries[entry.number] = entry
            queue.append(entry)
    steps: deque[Summary] = deque()
    while queue:
        summary = queue.popleft()
        for edge in summary.edges.values():
            if visit(reached, summary, edge.at, edge.shown, edge.callee):
                queue.append(edge.callee)
        steps.append(summary)
    while steps:
        summary = steps.popleft()
        edges = list(summary.steps.values())
        reached.step_roots.update(edge.callee.number for edge in edges)
        if summary.number in reached.steps:
            edges += list(summary.edges.values())
        for edge in edges:
            if visit(reached, summary, edge.at, edge.shown, edge.callee):
                reached.steps.add(edge.callee.number)
                steps.append(edge.callee)
    return reached


def shown_entry(entry: Summary) -> str:
    """Return the short name of an entry point."""
    return entry.function.rpartition(":")[2].rpartition(".")[2]


def visit(reached: Reached, caller: Summary, at: tuple[int, int, int, int], shown: str, callee: Summary) -> bool:
    """Keep a summary with its chain; return False when it was reached before."""
    if callee.number in reached.chains:
        return False
    link = Frame(caller.path, at[0], at[1], caller.function, shown)
    reached.chains[callee.number] = (*reached.chains[caller.number], link)
    reached.summaries[callee.number] = callee
    return True


def flows_of(reached: Reached, numbers: Iterable[int], outcomes: Iterable[int]) -> dict[Source, frozenset[Sink]]:
    """Return where each hazard's value ends up, over some of the summaries; `outcomes` are those whose result leaves."""
    flows: dict[Source, set[Sink]] = {}
    for number in numbers:
        for sink, tokens in reached.summaries[number].flows.items():
            for token in tokens:
                if isinstance(token, Source):
                    flows.setdefault(token, set()).add(sink)
    for number in outcomes:
        for returned in reached.summaries[number].outcome:
            if isinstance(returned, Source):
                flows.setdefault(returned, set()).add(Sink.RESULT)
    return {token: frozenset(sinks) for token, sinks in flows.items()}


def finished(
    event: Event, summary: Summary, chain: tuple[Frame, ...], flows: dict[Source, frozenset[Sink]], in_step: bool
) -> Fact | None:
    """Return the fact with its chain and flows; None where it does not matter."""
    fact = event.fact
    directory = isinstance(fact, HazardUse) and fact.effect is Effect.DIRECTORY_ORDER
    if in_step and not isinstance(fact, IN_STEPS) and not directory:
        return None
    reaches = flows.get(event.token, frozenset()) if event.token is not None else frozenset()
    if event.in_need and not reaches:
        return None
    if event.once and isinstance(fact, HazardUse | UnorderedIteration) and not matters_once(fact, reaches):
        return None
    if event.via is not None:
        chain = (*chain, Frame(summary.path, event.via[0], event.via[1], summary.function, event.via_shown))
    chain = (*chain, Frame(fact.at.path, fact.at.line, fact.at.column, fact.function, symbol(fact)))
    if isinstance(fact, HazardUse | UnorderedIteration | ConcurrentWrite | StateRead):
        fact = msgspec.structs.replace(fact, reaches=reaches)
    if in_step and isinstance(fact, HazardUse):
        fact = msgspec.structs.replace(fact, in_step=True)
    if not summary.in_project and (not isinstance(fact, HazardUse) or not matters_in_library(fact)):
        return None
    return msgspec.structs.replace(fact, chain=chain)


def matters_once(fact: HazardUse | UnorderedIteration, reaches: frozenset[Sink]) -> bool:
    """Tell whether a hazard matters although its line runs only while not replaying: its value must decide something."""
    is_value = not isinstance(fact, HazardUse) or fact.effect in VALUE_EFFECTS
    return is_value and bool(reaches & DECISIVE)


def matters_in_library(fact: HazardUse) -> bool:
    """Tell whether a hazard inside an installed package is the workflow's concern, and no detail of the package's own.

    What reaches outside counts; a value that differs counts where it comes back to decide something.
    """
    if fact.effect in (Effect.INTERPRETER, Effect.OBJECT_IDENTITY, Effect.OUTPUT, Effect.TIMEZONE):
        return False
    return fact.effect in OUTWARD or bool(fact.reaches & DECISIVE)


def at_last_project_frame(fact: Fact, own: Container[str]) -> Fact:
    """Return a fact about an installed package, placed where the project's own code leads into it.

    Args:
        fact: with its chain, whose first frame is the unit's own.
        own: the paths of the project's files.
    """
    last = next((frame for frame in reversed(fact.chain) if frame.path in own), fact.chain[0])
    span = Span(last.path, last.line, last.column, last.line, last.column + max(len(last.calls), 1))
    return msgspec.structs.replace(fact, at=span, function=last.function)


def symbol(fact: Fact) -> str:
    """Return what stands at the place of a fact, as written."""
    for name in ("shown", "operation", "source", "call", "name", "handler", "step"):
        found = getattr(fact, name, "")
        if found:
            return str(found)
    return ""


def nearness(fact: Fact) -> tuple[int, str, int, int]:
    """Order facts by the length of their chain, then by place."""
    return len(fact.chain), fact.at.path, fact.at.line, fact.at.column


def without_echoes(facts: list[Fact]) -> tuple[Fact, ...]:
    """Drop what says a second time what another fact says.

    Those are reads of a name that the same unit writes; and, for each source, all branches but the one with the shortest
    chain: one value that is passed on decides many, and mending the source mends them all.
    """
    written = {fact.name for fact in facts if isinstance(fact, StateWrite)}
    nearest: dict[Span, TaintedBranch] = {}
    for fact in facts:
        if isinstance(fact, TaintedBranch):
            before = nearest.get(fact.source_at)
            if before is None or nearness(fact) < nearness(before):
                nearest[fact.source_at] = fact
    kept = []
    for fact in facts:
        if isinstance(fact, StateRead) and fact.name in written:
            continue
        if isinstance(fact, TaintedBranch) and nearest[fact.source_at] is not fact:
            continue
        kept.append(fact)
    return tuple(kept)
