"""From facts to findings: every rule over every unit, one finding a site."""

import hashlib
from collections.abc import Callable, Container, Iterable, Sequence
from typing import NamedTuple

import msgspec

from holdfast_analyzer.config.selection import ignored_in
from holdfast_analyzer.config.settings import Settings
from holdfast_analyzer.report import UnitVerdict
from holdfast_analyzer.suppressions import Directive, Suppressions
from holdfast_rules.facts import Frame, Suppression, UnitFacts, Verdict
from holdfast_rules.rule import Finding, Rule, Severity, Violation

DirectivesOf = Callable[[Iterable[str]], Iterable[Directive]]
ViolationsOf = Callable[[Rule, UnitFacts], Iterable[Violation]]


def judge(
    units: Sequence[UnitFacts],
    enabled: Sequence[Rule],
    every_rule: Sequence[Rule],
    settings: Settings,
    directives_of: DirectivesOf,
    violations: ViolationsOf,
) -> tuple[tuple[Finding, ...], tuple[UnitVerdict, ...]]:
    """Judge units.

    Args:
        units: their facts.
        enabled: the rules that are on: only they report.
        every_rule: all rules: they decide whether a unit is proved, and which suppressions are of use.
        settings: severities, ignores by file.
        directives_of: returns the suppression comments of files.
        violations: returns what a rule with a check says of facts.

    Returns:
        The findings in the order of their places, and a verdict for each unit.
    """
    sites: dict[tuple[str, str, int, int], list[Reached]] = {}
    for facts in units:
        for rule in every_rule:
            if rule.check is None:
                continue
            for violation in violations(rule, facts):
                at = violation.at
                if not ignored_in(settings, at.path, rule.code):
                    severity = settings.severity.get(rule.code, settings.severity.get(rule.name, violation.severity))
                    reached = Reached(rule, violation, facts, severity)
                    sites.setdefault((rule.code, at.path, at.line, at.column), []).append(reached)
    paths = {frame.path for site in sites.values() for one in site for frame in one.violation.chain}
    suppressions = Suppressions(directives_of(paths | {path for _, path, _, _ in sites}))
    marked = [found for _, site in sorted(sites.items(), key=place) for found in findings_of(site, suppressions)]
    codes = frozenset(rule.code for rule in enabled)
    honesty = suppression_findings(suppressions.results(), every_rule, settings)
    reported = [found for found in (*marked, *honesty) if found.code in codes]
    reported.sort(key=lambda found: (found.path, found.line, found.column, found.code))
    against = [found for found in marked if found.suppressed is None]
    violated = {unit for found in against if found.severity is not Severity.NOTE for unit in found.units}
    unresolved = {unit for found in against if found.code == "DUR901" for unit in found.units}
    return numbered(reported), tuple(verdict(facts, violated, unresolved) for facts in units)


class Reached(NamedTuple):
    """One way in which one unit reaches a site."""

    rule: Rule
    violation: Violation
    facts: UnitFacts
    severity: Severity


def place(site: tuple[tuple[str, str, int, int], list[Reached]]) -> tuple[str, int, int, str]:
    """Order sites by their places."""
    code, path, line, column = site[0]
    return path, line, column, code


def findings_of(site: Sequence[Reached], suppressions: Suppressions) -> list[Finding]:
    """Return the finding of a site; where comments silence it for some units only, one for those and one for the others.

    A comment on the line of the hazard silences it for every unit, one on a call that leads there for the units that have
    no other way to it.
    """
    silenced = [
        suppressions.silence(one.rule.code, one.violation.at.path, one.violation.at.line, one.violation.chain)
        for one in site
    ]
    loud = {one.facts.unit for one, silence in zip(site, silenced, strict=True) if silence is None}
    found = []
    left = [one for one, silence in zip(site, silenced, strict=True) if silence is None]
    if left:
        found.append(merged(left))
    quiet = [
        (one, silence)
        for one, silence in zip(site, silenced, strict=True)
        if silence is not None and one.facts.unit not in loud
    ]
    if quiet:
        whole = merged([one for one, _ in quiet])
        nearest = next(silence for one, silence in quiet if one.violation.chain == whole.chain)
        found.append(msgspec.structs.replace(whole, suppressed=nearest))
    return found


def merged(site: Sequence[Reached]) -> Finding:
    """Return one finding for all ways to a site: the gravest severity, the shortest chain, every unit."""
    first = site[0]
    violation = first.violation
    units: dict[str, None] = {}
    severity, message, chain = first.severity, violation.message, violation.chain
    for one in site:
        units[one.facts.unit.id] = None
        if one.severity.rank > severity.rank:
            severity, message = one.severity, one.violation.message
        if len(one.violation.chain) < len(chain):
            chain = one.violation.chain
    whole = finding_of(first.rule, violation, first.severity, violation.function)
    return msgspec.structs.replace(
        whole, severity=severity, message=message, chain=chain, units=tuple(units), engine=first.facts.unit.engine
    )


def finding_of(rule: Rule, violation: Violation, severity: Severity, function: str) -> Finding:
    """Return a violation as a finding that no unit leads to and nothing suppresses, `function` being what it is known by."""
    at = violation.at
    return Finding(
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
        units=(),
        engine="",
        chain=violation.chain,
        fix=None,
        suppressed=None,
        fingerprint=fingerprint(rule.code, function, violation.symbol, violation.chain),
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
    return [
        finding_of(rule, violation, settings.severity.get(rule.code, violation.severity), violation.at.path)
        for rule in rules
        if rule.check_suppressions is not None
        for violation in rule.check_suppressions(kept)
    ]


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
