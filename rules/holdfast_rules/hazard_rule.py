"""What the rules share that report names of the hazard catalogue: each of them reports one effect in its own words."""

import re
from collections.abc import Iterator

from holdfast_rules.effect import Effect
from holdfast_rules.facts import HazardUse, UnitFacts
from holdfast_rules.fixes import ExtractStep, Proposal, Replace
from holdfast_rules.rule import Severity, Violation, severity_of_flow
from holdfast_rules.wording import advice, flow, quote

EXTRACTABLE = frozenset(
    {
        *(Effect.CLOCK, Effect.RANDOMNESS, Effect.IDENTIFIER, Effect.ENVIRONMENT, Effect.HOST, Effect.NETWORK),
        *(Effect.FILE_READ, Effect.FILE_WRITE, Effect.SUBPROCESS),
    }
)
"""What a step may do as it stands, and a replay then reads back."""


def hazard_uses(unit: UnitFacts, effect: Effect) -> Iterator[HazardUse]:
    """Yield the uses of one kind of hazard that run with the workflow; those of import time belong to rule 405."""
    for use in unit.of(HazardUse):
        if use.effect is effect and not use.at_import:
            yield use


def shown(use: HazardUse) -> str:
    """Return the hazard as the code writes it, with its catalogue name where the code hides that behind another name."""
    last = use.name.removesuffix(".*").rpartition(".")[2]
    if re.search(rf"\b{re.escape(last)}\b", use.shown):
        return quote(use.shown)
    return f"{quote(use.shown)} ({quote(use.name)})"


def report(
    unit: UnitFacts,
    use: HazardUse,
    *,
    does: str,
    replay: str,
    help: str,
    subject: str = "it",
    severity: Severity | None = None,
    same_for_all_engines: bool = False,
) -> Violation:
    """Make the violation of one hazard: "`time.time` `does`; `replay`, and `subject` decides a branch".

    Args:
        unit: whose engine supplies the replacement.
        use: the hazard.
        does: what the construct does: "reads the wall clock".
        replay: what happens on replay: "a replay gets another value".
        help: what to do where neither the fact nor the engine's profile has a remedy.
        subject: what flows on from the hazard.
        severity: judged by where the value flows when None.
        same_for_all_engines: `help` is better advice than what engines offer for this effect.
    """
    return Violation.of(
        use,
        message=f"{shown(use)} {does}; {replay}{flow(use.reaches, subject)}",
        help=help if same_for_all_engines else advice(unit, use.effect, help, use.remedy),
        severity=severity or severity_of_flow(use.reaches),
        symbol=use.name,
        proposal=proposal(unit, use),
    )


def proposal(unit: UnitFacts, use: HazardUse) -> Proposal | None:
    """Return what the engine offers to write in place of a hazard: its own twin, else a step; None if nothing."""
    found = tuple(one for one in unit.profile.substitutes if one.hazard == use.name)
    if found:
        return Replace(found)
    if unit.profile.step_decorator and use.effect in EXTRACTABLE:
        return ExtractStep(unit.profile.step_decorator)
    return None
