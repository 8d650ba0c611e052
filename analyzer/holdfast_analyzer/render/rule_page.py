"""The page of a rule in Markdown: for `docs/rules/`, for editors' hovers, for formats that carry a rule's help."""

import textwrap
from collections.abc import Iterable, Iterator
from itertools import groupby

from holdfast_analyzer.render.rule import ENFORCED, changed_lines
from holdfast_rules.rule import Enforcement, Rule

GENERATED = "<!-- made from the rule's own file by `HOLDFAST_UPDATE=1 pytest tests/rules/test_pages.py` -->"
"""What the files in `docs/rules/` begin with."""


def page_name(rule: Rule) -> str:
    """Return the file name of a rule's page: `DUR101.md`."""
    return f"{rule.code}.md"


def rule_page(rule: Rule) -> str:
    """Return a rule's page: what it flags and why, the remedy, how run time sees it, programs flagged and clean."""
    return "\n".join(_page(rule)).rstrip("\n") + "\n"


def _page(rule: Rule) -> Iterator[str]:
    yield f"# {rule.code} {rule.name}"
    yield ""
    off = "" if rule.default else " (off unless selected)"
    yield f"{_sentence(rule.summary)}{off}"
    yield ""
    yield rule.why
    yield ""
    yield "## Instead"
    yield ""
    yield rule.remedy
    if rule.fix:
        yield ""
        yield "## Fix"
        yield ""
        yield f"`holdfast check --fix`, for the unsafe ones with `--unsafe-fixes`: {rule.fix}."
    if rule.enforced_by:
        yield ""
        yield "## At run time"
        yield ""
        for way in Enforcement:
            if way in rule.enforced_by:
                yield f"- {ENFORCED[way]}"
    for heading, programs in (("Flagged", rule.bad), ("Clean", rule.good)):
        if programs:
            yield ""
            yield f"## {heading}"
        for program in programs:
            yield ""
            yield "```python" if program not in rule.base else "```diff"
            if program in rule.base:
                yield from changed_lines(rule.base[program], program, indent="")
            else:
                yield textwrap.dedent(program).strip("\n")
            yield "```"
    yield ""
    yield "## Silence one place"
    yield ""
    yield "```python"
    yield f"...  # holdfast: ignore[{rule.code}] the reason"
    yield "```"


def rules_index(rules: Iterable[Rule]) -> str:
    """Return the page that lists all rules by family, each with a link to its own page."""
    lines = ["# The rules", "", "`holdfast rule CODE` prints the same pages in a terminal.", ""]
    for family, members in groupby(rules, key=lambda rule: rule.family):
        lines += [f"## {family.capitalize()}", "", "| code | name | flagged | seen at run time |", "|---|---|---|---|"]
        for rule in members:
            ways = " ".join(way.value for way in Enforcement if way in rule.enforced_by)
            summary = rule.summary.replace("|", "\\|")
            lines.append(f"| [{rule.code}]({page_name(rule)}) | {rule.name} | {summary} | {ways} |")
        lines.append("")
    lines.append("Seen at run time: " + ", ".join(f"**{way.value}** {ENFORCED[way]}" for way in Enforcement) + ".")
    return "\n".join(lines) + "\n"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", ")")) else ".")
