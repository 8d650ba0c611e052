"""Settings and suppressions, through a whole check of a small project."""

from pathlib import Path
from textwrap import dedent

import pytest

from holdfast_analyzer import check_paths

FLOWS = """
    from holdfast import step, workflow

    from acme import rpc
    from app.times import stamp


    @step
    def charge(order: str, at: float) -> str:
        return order


    @workflow
    def checkout(order: str) -> str:
        return charge(order, stamp())


    @workflow
    def inquire(order: str) -> str:
        return rpc.ask(order)
"""
TIMES = """
    import time


    def stamp() -> float:
        return time.time()
"""
CLOCK = ("DUR101", "app/times.py", "error")


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Write the project with some lines changed and some settings; check it; return its report."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".git").mkdir()

    def check(settings="", *, flows=None, times=None, **options):
        for name, text in (("__init__", ""), ("flows", FLOWS), ("times", TIMES)):
            changes = {"flows": flows, "times": times}.get(name) or {}
            text = dedent(text).lstrip("\n")
            for line, comment in changes.items():
                assert text.count(line) == 1
                text = text.replace(line, f"{line}  {comment}")
            Path("app").mkdir(exist_ok=True)
            Path("app", f"{name}.py").write_text(text)
        Path("pyproject.toml").write_text("[tool.holdfast]\n" + dedent(settings))
        return check_paths(["app"], **options)

    return check


def shown(report):
    return [(f.code, f.path, str(f.severity)) for f in report.findings if f.suppressed is None and f.severity != "note"]


def verdicts(report):
    return {unit.id.partition(":")[2]: str(unit.verdict) for unit in report.units}


def test_without_settings(project):
    report = project()
    assert shown(report) == [CLOCK]
    assert verdicts(report) == {"checkout": "violated", "inquire": "unknown"}


@pytest.mark.parametrize(
    "settings",
    [
        "ignore = ['DUR1']",
        "ignore = ['wall-clock']",
        "select = ['DUR3']",
        "trusted = ['app.times.stamp']",
        "trusted = ['app.times.*']",
        "per-file-ignores = { 'app/times.py' = ['DUR101'] }",
        "per-file-ignores = { 'times.py' = ['DUR1'] }",
        "engines = ['temporal']",
        "exclude = ['flows.py']",
        "extend-exclude = ['app/flows.py']",
        "severity = { DUR101 = 'note' }",
    ],
)
def test_what_turns_the_finding_off(project, settings):
    assert shown(project(settings)) == []


@pytest.mark.parametrize(
    "settings",
    [
        "per-file-ignores = { 'app/times.py' = ['DUR101'] }",
        "exclude = ['app/flows.py']",
        "src = ['.']\nignore = ['DUR1']",
    ],
)
def test_settings_are_relative_to_the_project_wherever_the_check_is_started(project, monkeypatch, settings):
    project(settings)
    monkeypatch.chdir("app")
    report = check_paths(["."])
    assert shown(report) == []
    assert report.files > 0


def test_paths_are_relative_to_where_the_check_is_started(project, monkeypatch):
    project()
    monkeypatch.chdir("app")
    [finding] = [finding for finding in check_paths(["."]).findings if finding.code == "DUR101"]
    assert finding.path == "times.py"


def test_severity_is_overridden(project):
    assert shown(project("severity = { wall-clock = 'warning' }")) == [("DUR101", "app/times.py", "warning")]


def test_a_projects_own_effects(project):
    found = shown(project("effects = { network-call = ['acme.rpc.*'] }"))
    assert {(code, path) for code, path, _ in found} == {("DUR101", "app/times.py"), ("DUR301", "app/flows.py")}


@pytest.mark.parametrize("name", ["app.times.stamp", "app.times.*"])
def test_effects_of_the_projects_own_functions(project, name):
    found = project(f"effects = {{ network-call = ['{name}'] }}")
    assert shown(found) == [("DUR301", "app/flows.py", "error")]
    [finding] = [finding for finding in found.findings if finding.code == "DUR301"]
    assert finding.symbol == "app.times.stamp"
    assert finding.chain[-1].function == "app.flows:checkout"


def test_trusted_code_leaves_the_workflow_proved(project):
    assert verdicts(project("trusted = ['app.times.stamp']"))["checkout"] == "proved"


@pytest.mark.parametrize(
    "changes",
    [
        {"times": {"return time.time()": "# holdfast: ignore[DUR101] for a label"}},
        {"times": {"return time.time()": "# noqa: DUR101"}},
        {"times": {"def stamp() -> float:": "# holdfast: ignore for a label"}},
        {"flows": {"return charge(order, stamp())": "# holdfast: ignore[DUR101] for a label"}},
        {"flows": {"def checkout(order: str) -> str:": "# holdfast: ignore[DUR101] for a label"}},
    ],
)
def test_comments_silence_and_are_kept_in_the_report(project, changes):
    report = project(**changes)
    assert shown(report) == []
    [silenced] = [finding for finding in report.findings if finding.suppressed is not None]
    [(file, line)] = [(file, line) for file, lines in changes.items() for line in lines]
    assert silenced.code == "DUR101"
    assert silenced.suppressed.path == f"app/{file}.py"
    assert line in Path(silenced.suppressed.path).read_text().splitlines()[silenced.suppressed.line - 1]


def codes(report):
    return [finding.code for finding in report.findings if finding.suppressed is None]


def test_a_comment_that_silences_nothing_is_reported(project):
    report = project(flows={"return rpc.ask(order)": "# holdfast: ignore[DUR102] just in case"})
    assert "DUR902" in codes(report)


def test_a_comment_without_reason_is_reported_when_asked_for(project):
    changes = {"times": {"return time.time()": "# holdfast: ignore[DUR101]"}}
    assert "DUR903" not in codes(project(**changes))
    assert "DUR903" in codes(project("extend-select = ['DUR903']", **changes))


def test_the_newest_settings_hold_in_spite_of_the_cache(project):
    assert shown(project()) == [CLOCK]
    assert shown(project("trusted = ['app.times.stamp']")) == []
    assert shown(project()) == [CLOCK]
    assert Path(".holdfast_cache").is_dir()


def test_no_cache_leaves_nothing_behind(project):
    project(cache_dir=None)
    assert not Path(".holdfast_cache").exists()
