"""The JSON schema of the settings, held against what the code takes."""

import json
import os
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from holdfast.__main__ import main
from holdfast_analyzer.config import ConfigError
from holdfast_analyzer.config.schema import table_schema
from holdfast_analyzer.config.table import FIELDS, parse_table

FILE = Path(__file__).resolve().parents[3] / "docs" / "linter" / "settings.schema.json"
VALIDATOR = Draft202012Validator(table_schema())


def test_the_file_in_the_documentation_is_what_the_command_prints(capsys):
    assert main(["config", "--schema"]) == 0
    printed = capsys.readouterr().out
    if os.environ.get("HOLDFAST_UPDATE"):
        FILE.write_text(printed, encoding="utf-8")
    assert printed == FILE.read_text(encoding="utf-8")


def test_the_schema_is_one_and_tells_every_key():
    Draft202012Validator.check_schema(table_schema())
    properties = table_schema()["properties"]
    assert list(properties) == list(FIELDS)
    assert all(found["description"] for found in properties.values())
    assert "None" not in json.dumps([found["description"] for found in properties.values()])


ENGINE = """
[[engine]]
name = "acme"
packages = ["acme.flow"]
workflows = [{ decorator = "acme.flow.workflow" }]
"""


@pytest.mark.parametrize(
    "table",
    [
        "",
        "select = ['DUR1', 'wall-clock', 'dur']",
        "per-file-ignores = { 'tests/*' = ['DUR3'] }",
        "severity = { DUR101 = 'note', print = 'error' }",
        "severity = { replayed-output = 'note' }",
        "effects = { network-call = ['acme.rpc.*'] }",
        "effects = { netwrk-call = ['acme.rpc.*'] }",
        "fail-on = 'never'",
        "min-severity = 'never'",
        "jobs = 0",
        "jobs = 2",
        "jobs = '2'",
        "baseline = 'known.json'",
        "baseline = 3",
        "selct = []",
        "exclude = 'x'",
        ENGINE,
        ENGINE.replace("packages", "package"),
        ENGINE.replace('name = "acme"', ""),
        ENGINE + "unknown = 1",
    ],
)
def test_it_takes_what_the_code_takes_and_refuses_the_rest(table):
    given = tomllib.loads(table)
    try:
        parse_table(given, "pyproject.toml")
        taken = True
    except ConfigError:
        taken = False
    assert VALIDATOR.is_valid(given) is taken


def test_config_shows_what_holds(tmp_path, monkeypatch, capsys):
    (tmp_path / "pyproject.toml").write_text("[tool.holdfast]\nselect = ['DUR2']\n")
    monkeypatch.chdir(tmp_path)
    assert main(["config"]) == 0
    assert 'select = ["DUR2"]  # pyproject.toml' in capsys.readouterr().out.splitlines()
    assert main(["config", "--isolated"]) == 0
    assert "select = []  # default" in capsys.readouterr().out.splitlines()
