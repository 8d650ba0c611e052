"""What an editor shows over a finding, or over a rule's code in a comment."""

import re
from collections.abc import Iterable

from holdfast_analyzer.render.explained import steps_of
from holdfast_analyzer.render.rule_page import rule_page
from holdfast_rules.registry import RULES, rule
from holdfast_rules.rule import Finding

CODE = re.compile(r"\bDUR\d{3}\b")


def hover_text(findings: Iterable[Finding]) -> str:
    """Return what is found at a place, how a workflow gets there, and the pages of the rules; "" for no finding."""
    parts: list[str] = []
    told: set[str] = set()
    for finding in findings:
        lines = [f"**{finding.code}** {finding.message}"]
        if finding.help:
            lines += ["", finding.help]
        lines += ["", *(f"{number}. {step}" for number, step in enumerate(steps_of(finding, str), 1))]
        parts.append("\n".join(lines).rstrip())
        if finding.code not in told:
            told.add(finding.code)
            parts.append(rule_page(rule(finding.code)))
    return "\n\n---\n\n".join(parts)


def page_at(line: str, column: int) -> str:
    """Return the page of the rule whose code stands at a place, as in a comment that silences it; "" for none.

    Args:
        line: the text of the line.
        column: from 1.
    """
    known = {found.code for found in RULES}
    for match in CODE.finditer(line):
        if match.start() < column <= match.end() + 1 and match[0] in known:
            return rule_page(rule(match[0]))
    return ""
