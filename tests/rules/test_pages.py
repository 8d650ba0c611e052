"""`docs/rules/` says what the rules' own files say: one page a rule, and the list of all.

`HOLDFAST_UPDATE=1 pytest tests/rules/test_pages.py` writes them anew.
"""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from holdfast_analyzer.command.rule import rule as rule_command
from holdfast_analyzer.render.rule_page import GENERATED, page_name, rule_page, rules_index
from holdfast_rules.registry import RULES

PAGES = Path(__file__).resolve().parents[2] / "docs" / "rules"
EXPECTED = {"README.md": rules_index(RULES)} | {page_name(rule): rule_page(rule) for rule in RULES}


@pytest.mark.parametrize("name", EXPECTED)
def test_page_is_what_the_rule_says(name):
    page = PAGES / name
    wanted = f"{GENERATED}\n\n{EXPECTED[name]}"
    if os.environ.get("HOLDFAST_UPDATE", "") not in ("", "0"):
        PAGES.mkdir(parents=True, exist_ok=True)
        page.write_text(wanted, encoding="utf-8")
    assert page.read_text(encoding="utf-8") == wanted


def test_no_page_without_a_rule():
    assert {page.name for page in PAGES.iterdir()} == set(EXPECTED)


def test_the_command_prints_the_page():
    chosen = RULES[0]
    printed = CliRunner().invoke(rule_command, [chosen.code, "--output-format", "markdown"])
    assert printed.output == rule_page(chosen)


def test_the_command_prints_all_pages():
    printed = CliRunner().invoke(rule_command, ["--all", "--output-format", "markdown"])
    assert printed.output == "\n".join(rule_page(each) for each in RULES)
