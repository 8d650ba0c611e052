"""The page of a rule, for people and for programs."""

import textwrap
from collections.abc import Iterable, Iterator
from difflib import unified_diff
from typing import Any

import msgspec

from holdfast_analyzer.render.style import BOLD, DIM, GREEN, RED, Style, wrap
from holdfast_rules.rule import Enforcement, Rule

ENFORCED = {
    Enforcement.INTERCEPT: "the guard intercepts the call",
    Enforcement.REPLAY: "a replay that differs from the record is detected",
    Enforcement.SHIFT: "a run in a shifted world differs",
    Enforcement.REGISTER: "refused when the workflow is registered",
}


def render_rule(rule: Rule, *, style: Style, width: int = 80) -> Iterator[str]:
    """Yield the lines of a rule's page: what it flags and why, the remedy, programs that break it and that do not.

    Args:
        rule: the rule.
        style: paints, or does not.
        width: columns for prose; programs keep their own lines.
    """
    yield f"{style(rule.code, BOLD)} {style(rule.name, BOLD)}" + ("" if rule.default else " (off unless selected)")
    for text in (rule.summary, rule.why):
        yield ""
        for line in wrap(text, width):
            yield style.code(line)
    yield ""
    yield style("instead", BOLD)
    for line in wrap(rule.remedy, width - 4):
        yield "    " + style.code(line)
    if rule.fix:
        yield ""
        yield style("fix", BOLD)
        for line in wrap(rule.fix, width - 4):
            yield "    " + style.code(line)
    if rule.enforced_by:
        yield ""
        yield style("at run time", BOLD)
        for way in Enforcement:
            if way in rule.enforced_by:
                yield f"    {ENFORCED[way]}"
    for heading, look, programs in (("flagged", RED, rule.bad), ("clean", GREEN, rule.good)):
        for program in programs:
            yield ""
            yield style(heading, BOLD, look)
            if program in rule.base:
                yield from changed_lines(rule.base[program], program)
                continue
            yield from textwrap.indent(textwrap.dedent(program).strip("\n"), "    ").splitlines()
    yield ""
    yield style(f"silence one place: # holdfast: ignore[{rule.code}] the reason", DIM)


def changed_lines(before: str, after: str, indent: str = "    ") -> Iterator[str]:
    """Yield a program with what a change adds and takes away marked as in a diff."""
    whole = len(before.splitlines()) + len(after.splitlines())
    _, _, _, *lines = unified_diff(before.splitlines(), after.splitlines(), n=whole, lineterm="")
    for line in lines:
        yield f"{indent}{line}".rstrip()


def _before(rule: Rule, programs: Iterable[str]) -> list[str | None]:
    return [rule.base.get(program) for program in programs]


def rule_as_data(rule: Rule) -> dict[str, Any]:
    """Return a rule as plain data, as `holdfast rule --output-format json` prints it."""
    return {
        "code": rule.code,
        "name": rule.name,
        "family": rule.family,
        "summary": rule.summary,
        "why": rule.why,
        "remedy": rule.remedy,
        "fix": rule.fix,
        "bad": list(rule.bad),
        "good": list(rule.good),
        "before": {"bad": _before(rule, rule.bad), "good": _before(rule, rule.good)} if rule.base else None,
        "enforced_by": sorted(way.value for way in rule.enforced_by),
        "default": rule.default,
    }


def render_rules_json(rules: Iterable[Rule]) -> bytes:
    """Return rules as an indented JSON list with a line end."""
    return msgspec.json.format(msgspec.json.encode([rule_as_data(rule) for rule in rules]), indent=2) + b"\n"
