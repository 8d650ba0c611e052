"""Words for what the guard has seen: those of the rules, so that lint time and run time say the same."""

from __future__ import annotations

from types import FrameType
from typing import Final

from holdfast.guard.interception import Interception
from holdfast.guard.places import Place, place_of
from holdfast.guard.state import Write
from holdfast_rules.effect import Effect
from holdfast_rules.engines.holdfast import PROFILE
from holdfast_rules.facts import Fact, HazardUse, Span, StateWrite, Unit, UnitFacts
from holdfast_rules.registry import RULES
from holdfast_rules.rule import Violation

NOWHERE: Final = Span("", 0, 0, 0, 0)


def site(frames: list[FrameType]) -> FrameType:
    """Return the frame that a finding is shown at: the innermost of the project's own, as analysis does."""
    for wanted in (Place.PROJECT, Place.INSTALLED):
        for frame in frames:
            if place_of(frame.f_code) is wanted:
                return frame
    return frames[0]


def worded(
    fact: Fact, frames: list[FrameType], workflow: str, hazard: str, line: int = 0, message: str = ""
) -> Interception:
    """Return the interception that says what the rule for `fact` says.

    Args:
        fact: what was seen; where does not matter.
        frames: of workflow code, the innermost first.
        workflow: its name.
        hazard: what was used.
        line: of the place, where it is not the one that the frame is at.
        message: in place of the rule's own.
    """
    at = site(frames)
    code, name, violation = _violation(fact)
    return Interception(
        code,
        name,
        hazard,
        at.f_code.co_filename,
        line or at.f_lineno or 0,
        at.f_code.co_qualname,
        workflow,
        message or violation.message,
        violation.help,
        tuple((each.f_code.co_filename, each.f_lineno or 0, each.f_code.co_qualname) for each in reversed(frames)),
    )


def written(write: Write, workflow: str) -> Interception:
    """Return the interception of a write to what outlives the run."""
    fact = StateWrite(name=write.name, how=write.how, shown=write.shown, at=NOWHERE, function="", chain=())
    code, name, violation = _violation(fact)
    return Interception(
        code,
        name,
        f"{write.module}.{write.name}",
        write.path,
        write.line,
        write.function,
        workflow,
        violation.message,
        violation.help,
    )


def hazard_use(effect: Effect, name: str, shown: str) -> HazardUse:
    """Return the fact that the code uses `name` of the catalogue, which it writes as `shown`."""
    return HazardUse(at=NOWHERE, function="", chain=(), effect=effect, name=name, shown=shown)


def _violation(fact: Fact) -> tuple[str, str, Violation]:
    unit = UnitFacts(
        unit=Unit(id="", engine="holdfast", path="", line=0, column=0),
        profile=PROFILE,
        facts=(fact,),
        calls=0,
        resolved=0,
    )
    for rule in RULES:
        if rule.check is not None:
            for violation in rule.check(unit):
                return rule.code, rule.name, violation
    raise LookupError(f"no rule reports {fact!r}")
