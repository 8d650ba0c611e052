"""`holdfast rule`: explain a rule."""

import sys

import click

from holdfast_analyzer.command.options import colour_option, colour_wanted, completed_rules, write_lines
from holdfast_analyzer.render.rule import render_rule, render_rules_json
from holdfast_analyzer.render.rule_page import rule_page
from holdfast_analyzer.render.style import Style
from holdfast_rules import registry
from holdfast_rules.plugins import CODE, OWN_PREFIX
from holdfast_rules.rule import Rule


@click.command()
@click.argument("name", metavar="CODE", required=False, shell_complete=completed_rules)
@click.option("--all", "every", is_flag=True, help="Every rule.")
@click.option("--output-format", type=click.Choice(["text", "json", "markdown"]), default="text", help="How to print.")
@colour_option
def rule(name: str | None, every: bool, output_format: str, colour: str) -> None:
    """Explain a rule by its code (DUR101) or name (wall-clock): what it flags, why, and what to do instead."""
    if (name is None) == (not every):
        raise click.UsageError("give either the code of a rule or `--all`")
    chosen = registry.every_rule(plugins=True) if name is None else (find_rule(name),)
    if output_format == "json":
        sys.stdout.write(render_rules_json(chosen).decode())
        return
    if output_format == "markdown":
        sys.stdout.write("\n".join(rule_page(found) for found in chosen))
        return
    style = Style(colour_wanted(colour))
    lines: list[str] = []
    for found in chosen:
        if lines:
            lines += ["", "─" * 80, ""]
        lines += render_rule(found, style=style)
    write_lines(lines)


def find_rule(name: str) -> Rule:
    """Return the rule with a code or a name.

    Raises:
        click.UsageError: when there is none, naming the nearest.
    """
    cased = name.upper() if CODE.fullmatch(name.upper()) or name[:3].upper() == OWN_PREFIX else name.lower()
    try:
        return registry.rule(cased)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
