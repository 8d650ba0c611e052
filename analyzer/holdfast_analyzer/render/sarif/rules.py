"""A rule as SARIF describes it, with its page as the help that viewers show."""

from holdfast_analyzer.render.rule_page import rule_page
from holdfast_analyzer.render.sarif.model import ReportingConfiguration, ReportingDescriptor, Text
from holdfast_rules.rule import Rule

LEVELS = {"honesty": "note", "order": "warning"}
"""Family → level of rules most of whose findings are not errors; each result has its own level besides."""

PRECISION = "high"
"""How GitHub ranks results of rules (`precision` of its SARIF properties): calls are followed, not guessed."""


def descriptor(rule: Rule) -> ReportingDescriptor:
    """Return a rule with its explanation and examples."""
    return ReportingDescriptor(
        id=rule.code,
        name="".join(word.capitalize() for word in rule.name.split("-")),
        short_description=Text(text=_sentence(rule.summary)),
        full_description=Text(text=_sentence(rule.why)),
        help=Text(text=_sentence(rule.remedy), markdown=rule_page(rule)),
        default_configuration=ReportingConfiguration(level=LEVELS.get(rule.family, "error")),
        properties={"tags": ["durability", rule.family], "precision": PRECISION, "holdfast/name": rule.name},
    )


def _sentence(text: str) -> str:
    """Return prose on one line, with a full stop: viewers show it between other sentences."""
    joined = " ".join(text.split())
    return joined if joined.endswith((".", "!", "?", ":")) else f"{joined}."
