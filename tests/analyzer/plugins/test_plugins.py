"""The plugin of docs/linter/plugins.md, installed beside Holdfast with the metadata of a real distribution; and broken ones."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple

import pytest

PAGE = Path(__file__).resolve().parents[3] / "docs" / "linter" / "plugins.md"
ORDERS = """\
import acme_mail
from acme_flow import flow, pause, task


@task
def charge(order):
    acme_mail.send(order)


@flow
def fulfil(order):
    charge(order)
    pause(3)
    charge(order)
    acme_mail.send(order)
"""


class Outcome(NamedTuple):
    status: int
    out: str
    err: str


class Site:
    """A folder of installed packages, and a project beside it."""

    def __init__(self, folder: Path) -> None:
        self.packages = folder / "site"
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / "pyproject.toml").touch()
        self.packages.mkdir()
        (self.project / "orders.py").write_text(ORDERS)

    def install(self, name: str, source: str, entry_points: dict[str, str], version: str = "1.0") -> None:
        (self.packages / f"{name}.py").write_text(source)
        info = self.packages / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n")
        points = "".join(f"{key} = {value}\n" for key, value in entry_points.items())
        (info / "entry_points.txt").write_text(f"[holdfast.rules]\n{points}")

    def holdfast(self, *arguments: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "holdfast", *arguments],
            cwd=self.project,
            env={**os.environ, "PYTHONPATH": str(self.packages), "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    def checked(self, *arguments: str):
        outcome = self.holdfast("check", "--output-format", "json", *arguments)
        assert outcome.out, outcome.err
        return json.loads(outcome.out)


def found(report) -> set[tuple[str, int]]:
    return {(finding["code"], finding["line"]) for finding in report["findings"] if finding["code"] != "DUR901"}


@pytest.fixture
def site(tmp_path):
    return Site(tmp_path)


@pytest.fixture
def acme(site):
    """The plugin as the page shows it."""
    text = PAGE.read_text(encoding="utf-8")
    source = re.search(r'```python title="acme_holdfast.py"\n(.*?)```', text, re.DOTALL)
    metadata = re.search(r"```toml\n(\[project\].*?)```", text, re.DOTALL)
    assert source is not None
    assert metadata is not None
    points = tomllib.loads(metadata[1])["project"]["entry-points"]["holdfast.rules"]
    site.install("acme_holdfast", source[1], points)
    return site


def test_rules_engines_and_hazards_of_a_plugin_take_part(acme):
    report = acme.checked()
    assert [(unit["id"], unit["engine"]) for unit in report["units"]] == [("orders:fulfil", "acme")]
    assert found(report) == {("ACM501", 11), ("DUR301", 15)}
    assert report["errors"] == []


@pytest.mark.parametrize("off", ["--isolated", "plugins = false"])
def test_plugins_can_be_switched_off(acme, off):
    if off == "--isolated":
        report = acme.checked(off)
    else:
        (acme.project / "pyproject.toml").write_text(f"[tool.holdfast]\n{off}\n")
        report = acme.checked()
    assert (report["units"], found(report)) == ([], set())


def test_what_is_cached_without_a_plugin_does_not_count_with_it(site, acme):
    assert acme.checked("--isolated")["units"] == []
    assert found(acme.checked()) == found(acme.checked("--no-cache")) != set()


def test_settings_speak_of_a_plugins_rules(acme):
    assert found(acme.checked("--select", "acm")) == {("ACM501", 11)}
    assert found(acme.checked("--ignore", "large-workflow")) == {("DUR301", 15)}
    (acme.project / "pyproject.toml").write_text(
        '[tool.holdfast]\nengines = ["acme"]\nignore = ["DUR3"]\n[tool.holdfast.severity]\nACM501 = "error"\n'
    )
    [finding] = acme.checked()["findings"]
    assert (finding["code"], finding["severity"]) == ("ACM501", "error")
    assert "selects no rule" in acme.holdfast("check", "--isolated", "--select", "ACM501").err


def test_a_comment_silences_a_plugins_rule(acme):
    source = ORDERS.replace("def fulfil(order):", "def fulfil(order):  # holdfast: ignore[ACM501] reviewed by two")
    (acme.project / "orders.py").write_text(source)
    silenced = {finding["code"]: finding["suppressed"] for finding in acme.checked()["findings"]}
    assert silenced["ACM501"]["reason"] == "reviewed by two"


@pytest.mark.parametrize("form", ["full", "concise", "sarif", "github", "gitlab", "junit", "jsonl", "grouped"])
def test_every_format_tells_a_plugins_findings(acme, form):
    outcome = acme.holdfast("check", "--output-format", form)
    assert outcome.status == 1, outcome.err
    assert "ACM501" in outcome.out


def test_the_rule_is_explained(acme):
    assert acme.holdfast("rule", "acm501").out.startswith("ACM501 large-workflow\n")
    assert "ACM501" in acme.holdfast("rule", "--all").out


def test_a_broken_plugin_is_named_and_the_rest_goes_on(acme):
    acme.install("broken", "raise RuntimeError('no licence')\n", {"broken": "broken:PLUGIN"}, version="0.3")
    report = acme.checked()
    assert found(report) == {("ACM501", 11), ("DUR301", 15)}
    assert [(error["path"], error["message"]) for error in report["errors"]] == [
        ("plugin broken (broken 0.3)", "cannot be loaded: RuntimeError: no licence")
    ]


RULE = "Rule(code={code!r}, name={name!r}, summary='', why='', remedy='', bad=(), good=(), check={check})"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("PLUGIN = {'rules': ()}", "is no `holdfast_rules.plugins.Plugin` but dict"),
        (f"PLUGIN = Plugin(rules=({RULE.format(code='DUR999', name='a-b', check=None)},))", "the code `DUR999` is not"),
        (f"PLUGIN = Plugin(rules=({RULE.format(code='XYZ801', name='a-b', check=None)},))", "the code `XYZ801` is not"),
        (f"PLUGIN = Plugin(rules=({RULE.format(code='XYZ101', name='wall-clock', check=None)},))", "the rule `wall-clock` exists already (DUR101"),
        (f"PLUGIN = Plugin(rules=({RULE.format(code='XYZ101', name='Large', check=None)},))", "the name `Large` of XYZ101"),
        (f"PLUGIN = Plugin(rules=({RULE.format(code='ACM501', name='x-y', check=None)},))", "the rule `ACM501` exists already (ACM501 large-workflow)"),
        ("PLUGIN = Plugin(engines=(Profile(name='dbos', title='', packages=(), workflows=()),))", "an engine called `dbos` exists already"),
        ("PLUGIN = Plugin(hazards=(Hazard(name='send mail', effect=Effect.NETWORK),))", "the hazard `send mail` is no dotted name"),
        ("PLUGIN = Plugin(rules=('ACM1',), hazards=(3,))", "`rules` holds str, which is no"),
    ],
)  # fmt: skip
def test_what_clashes_or_has_another_form_is_left_out(acme, given, said):
    imports = (
        "from holdfast_rules.effect import Effect\nfrom holdfast_rules.engines import Profile\n"
        "from holdfast_rules.hazards.hazard import Hazard\nfrom holdfast_rules.plugins import Plugin\n"
        "from holdfast_rules.rule import Rule\n"
    )
    acme.install("other", imports + given, {"other": "other:PLUGIN"})
    report = acme.checked()
    [error] = report["errors"]
    assert error["path"] == "plugin other (other 1.0)"
    assert said in error["message"]
    assert ("DUR301", 15) in found(report)


def test_a_rule_that_raises_is_named_and_the_others_report(acme):
    source = (
        "from holdfast_rules.plugins import Plugin\nfrom holdfast_rules.rule import Rule\n"
        "def check(facts):\n    yield from ()\n    raise KeyError('calls')\n"
        f"PLUGIN = Plugin(rules=({RULE.format(code='XYZ101', name='x-y', check='check')},))\n"
    )
    acme.install("other", source, {"other": "other:PLUGIN"})
    report = acme.checked()
    assert found(report) == {("ACM501", 11), ("DUR301", 15)}
    assert [(error["path"], error["message"]) for error in report["errors"]] == [
        ("plugin other (other 1.0)", "its rule XYZ101 fails for `orders:fulfil`: KeyError: 'calls'")
    ]


def test_flake8_reports_a_plugins_rules_when_it_is_told_to(acme):
    def flake8(*options: str) -> set[str]:
        done = subprocess.run(
            [sys.executable, "-m", "flake8", "--format=%(code)s", *options, "orders.py"],
            cwd=acme.project, env={**os.environ, "PYTHONPATH": str(acme.packages)},
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.stderr == ""
        return set(done.stdout.split())

    assert flake8("--extend-select", "ACM") == {"ACM501", "DUR301"}
    assert flake8() == {"DUR301"}
