"""A finding's chain in words, for formats that show plain text alone."""

from collections.abc import Callable, Iterator

from holdfast_rules.facts import Frame
from holdfast_rules.rule import Finding


def short(function: str) -> str:
    """Return a function's name without its module: `fulfil` of `orders:fulfil`."""
    return function.rpartition(":")[2]


def step_of(frame: Frame) -> str:
    """Return what happens at one place of a chain: `fulfil` → `stamped`."""
    called = frame.calls.rpartition(":")[2] if ":" in frame.calls and " " not in frame.calls else frame.calls
    return f"`{short(frame.function)}` → `{called}`" if called else f"`{short(frame.function)}`"


def step_at(finding: Finding, number: int) -> str:
    """Return what happens at one place of a finding's chain, counted from 0: there the workflow itself is defined."""
    frame = finding.chain[number]
    if number:
        return step_of(frame)
    return f"workflow `{finding.units[0] if finding.units else frame.function}`"


def steps_of(finding: Finding, shown: Callable[[str], str]) -> Iterator[str]:
    """Yield a line for the workflow and one for each call that leads from it to the hazard.

    Args:
        finding: whose chain is told; one without a chain has nothing to tell.
        shown: how a path is named.
    """
    for number, frame in enumerate(finding.chain):
        yield f"{step_at(finding, number)} at {shown(frame.path)}:{frame.line}"
    if len(finding.units) > 1:
        yield "also reached from " + ", ".join(f"`{unit}`" for unit in finding.units[1:])
