"""From facts to findings: every rule over every unit, one finding a site."""

import hashlib
from collections.abc import Callable, Container, Iterable, Sequence

import msgspec

from holdfast_analyzer.config.selection import ignored_in
from holdfast_analyzer.config.settings import Settings
from holdfast_analyzer.report import UnitVerdict
from holdfast_analyzer.suppressions import Directive, apply
from holdfast_rules.facts import Frame, Suppression, UnitFacts, Verdict
from holdfast_rules.rule import Finding, Rule, Severity, Violation

DirectivesOf = Callable[[Iterable[str]], Iterable[Directive]]


def judge(
    units: Sequence[UnitFacts],
    enabled: Sequence[Rule],
    every_rule: Sequence[Rule],
    settings: Settings,
    directives_of: DirectivesOf,
) -> tuple[tuple[Finding, ...], tuple[UnitVerdict, ...]]:
    """Judge units.

    Args:
        units: their facts.
        enabled: the rules that are on: only they report.
        every_rule: all rules: they decide whether a unit is proved, and which suppressions are of use.
        settings: severities, ignores by file.
        directives_of: returns the suppression comments of files.

    Returns:
        The findings in the order of their places, and a verdict for each unit.
    """
    merged: dict[tuple[str, str, int, int], Finding] = {}
    for facts in units:
        for rule in every_rule:
            if rule.check is None:
                continue
            for violation in rule.check(facts):
                add(merged, rule, violation, facts, settings)
    findings = sorted(merged.values(), key=lambda found: (found.path, found.line, found.column, found.code))
    codes = frozenset(rule.code for rule in enabled)
    findings = [found for found in findings if not ignored_in(settings, found.path, found.code)]
    paths = {found.path for found in findings} | {frame.path for found in findings for frame in found.chain}
    marked, comments = apply(findings, directives_of(paths))
    honesty = suppression_findings(comments, every_rule, settings)
    reported = [found for found in (*marked, *honesty) if found.code in codes]
    reported.sort(key=lambda found: (found.path, found.line, found.column, found.code))
    against = [found for found in marked if found.suppressed is None]
    violated = {unit for found in against if found.severity is not Severity.NOTE for unit in found.units}
    unresolved = {unit for found in against if found.code == "DUR901" for unit in found.units}
    return numbered(reported), tuple(verdict(facts, violated, unresolved) for facts in units)


def add(
    merged: dict[tuple[str, str, int, int], Finding],
    rule: Rule,
    violation: Violation,
    facts: UnitFacts,
    settings: Settings,
) -> None:
    """Add a violation: to the finding of its site, if another unit reached it before."""
    at = violation.at
    key = (rule.code, at.path, at.line, at.column)
    severity = settings.severity.get(rule.code, settings.severity.get(rule.name, violation.severity))
    before = merged.get(key)
    if before is not None:
        units = before.units if facts.unit.id in before.units else (*before.units, facts.unit.id)
        graver = severity.rank > before.severity.rank
        merged[key] = msgspec.structs.replace(
            before,
            units=units,
            severity=severity if graver else before.severity,
            message=violation.message if graver else before.message,
            chain=violation.chain if len(violation.chain) < len(before.chain) else before.chain,
        )
        return
    merged[key] = Finding(
        code=rule.code,
        name=rule.name,
        severity=severity,
        message=violation.message,
        help=violation.help,
        path=at.path,
        line=at.line,
        column=at.column,
        end_line=at.end_line,
        end_column=at.end_column,
        symbol=violation.symbol,
        units=(facts.unit.id,),
        engine=facts.unit.engine,
        chain=violation.chain,
        fix=None,
        suppressed=None,
        fingerprint=fingerprint(rule.code, violation.function, violation.symbol, violation.chain),
    )


def fingerprint(code: str, function: str, symbol: str, chain: tuple[Frame, ...]) -> str:
    """Return what identifies a finding when lines move: rule, function, construct, and the unit that reaches it first.

    Two equal ones in one function get a number each, in `numbered`.
    """
    root = chain[0].function if chain else ""
    return hashlib.sha256("\0".join((code, function, symbol, root)).encode()).hexdigest()[:16]


def numbered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Tell findings of equal fingerprint apart, in the order of their places."""
    seen: dict[str, int] = {}
    result = []
    for found in findings:
        count = seen[found.fingerprint] = seen.get(found.fingerprint, 0) + 1
        if count > 1:
            found = msgspec.structs.replace(found, fingerprint=f"{found.fingerprint}-{count}")
        result.append(found)
    return tuple(result)


def suppression_findings(comments: Iterable[Suppression], rules: Sequence[Rule], settings: Settings) -> list[Finding]:
    """Return what the rules about suppressions say."""
    kept = list(comments)
    result = []
    for rule in rules:
        if rule.check_suppressions is None:
            continue
        for violation in rule.check_suppressions(kept):
            at = violation.at
            result.append(
                Finding(
                    code=rule.code,
                    name=rule.name,
                    severity=settings.severity.get(rule.code, violation.severity),
                    message=violation.message,
                    help=violation.help,
                    path=at.path,
                    line=at.line,
                    column=at.column,
                    end_line=at.end_line,
                    end_column=at.end_column,
                    symbol=violation.symbol,
                    units=(),
                    engine="",
                    chain=violation.chain,
                    fix=None,
                    suppressed=None,
                    fingerprint=fingerprint(rule.code, at.path, violation.symbol, violation.chain),
                )
            )
    return result


def verdict(facts: UnitFacts, violated: Container[str], unresolved: Container[str]) -> UnitVerdict:
    """Return what can be said of a unit.

    Args:
        facts: the unit's.
        violated: ids of units with findings that say so; a suppressed one counts as vouched for.
        unresolved: ids of units with a call that was reported as unresolved.
    """
    unit = facts.unit
    is_open = facts.resolved < facts.calls or unit.id in unresolved
    state = Verdict.VIOLATED if unit.id in violated else Verdict.UNKNOWN if is_open else Verdict.PROVED
    return UnitVerdict(
        id=unit.id,
        engine=unit.engine,
        path=unit.path,
        line=unit.line,
        verdict=state,
        calls=facts.calls,
        resolved=facts.resolved,
    )
