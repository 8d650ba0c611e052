"""The analyzer, which has only read the files, and the runtime, which has imported them, find the same fingerprints."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from holdfast_analyzer.api import examine
from holdfast_analyzer.config import Settings
from holdfast_rules.registry import RULES

REPOSITORY = Path(__file__).resolve().parents[2]

IMPORTED = """
import importlib, json, sys
from holdfast import NotAWorkflow
from holdfast.declare import registered
from holdfast.declare.version import fix_versions

refused = {}
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except Exception as error:
        refused[name] = f"{type(error).__name__}: {error}"
fix_versions(registered().values())
found = {
    workflow.unit: [workflow.fingerprint.digest if workflow.fingerprint else workflow.own_version, workflow.fingerprint.parts if workflow.fingerprint else {}]
    for workflow in registered().values()
    if workflow.own_version is None
}
print(json.dumps([found, refused]))
"""

Found = dict[str, tuple[str, dict[str, str]]]


def at_run_time(folder: Path, modules: list[str]) -> tuple[Found, dict[str, str]]:
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(
        [sys.executable, "-c", IMPORTED, *modules],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found, refused = json.loads(done.stdout.splitlines()[-1])
    return {unit: (digest, parts) for unit, (digest, parts) in found.items()}, refused


def at_lint_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Found:
    monkeypatch.chdir(folder)
    _, manifest = examine([folder], Settings(engines=("holdfast",), cache_dir=None, exclude=()))
    return {unit.id: (unit.fingerprint, unit.code) for unit in manifest.units if not unit.version}


def test_on_every_example_of_every_rule(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modules = {}
    for rule in RULES:
        for kind in ("bad", "good"):
            for number, program in enumerate(getattr(rule, kind), start=1):
                modules[f"{rule.code.lower()}_{kind}_{number}"] = (rule.code, program)
    for name, (_, program) in modules.items():
        (tmp_path / f"{name}.py").write_text(program, encoding="utf-8")
    ran, refused = at_run_time(tmp_path, list(modules))
    # The runtime itself refuses what rule 509 flags, and packages of others need not be installed.
    for name, why in refused.items():
        assert modules[name][0] == "DUR509" or why.startswith("ModuleNotFoundError"), (name, why)
    read = at_lint_time(tmp_path, monkeypatch)
    wanted = {unit: found for unit, found in read.items() if unit.partition(":")[0] not in refused}
    assert len(wanted) > 0.8 * len(modules)
    assert {unit: found for unit, found in ran.items() if unit.partition(":")[0] not in refused} == wanted


def test_on_the_example_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(REPOSITORY / "examples" / "shop", tmp_path / "copy")
    ran, refused = at_run_time(tmp_path / "copy", ["shop.checkout", "shop.fulfil"])
    assert refused == {}
    assert ran == at_lint_time(tmp_path / "copy", monkeypatch)


def test_on_the_tests_own_workflows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that stand in functions are declared when their test runs, and not here."""
    modules = []
    for path in sorted((REPOSITORY / "tests").glob("*/**/*.py")):
        text = path.read_text(encoding="utf-8")
        if "programs/cases" not in path.as_posix() and "@workflow" in text and "holdfast import" in text:
            modules.append(f"own_{len(modules)}_{path.stem}")
            (tmp_path / f"{modules[-1]}.py").write_text(text, encoding="utf-8")
    ran, refused = at_run_time(tmp_path, modules)
    read = at_lint_time(tmp_path, monkeypatch)
    assert len(ran) >= 10
    # A module that needs its neighbours may have declared some workflows before it was refused.
    assert {unit: found for unit, found in ran.items() if unit.partition(":")[0] not in refused} == {
        unit: read[unit] for unit in ran if unit.partition(":")[0] not in refused
    }


INSTALLED = {
    "site-packages/shop/__init__.py": "",
    "site-packages/shop/orders.py": (
        "from holdfast import workflow\nfrom kit import tool\nfrom shop.texts import hello\n\n\n"
        "@workflow\ndef order(n: int) -> str:\n    return hello(tool(n))\n"
    ),
    "site-packages/shop/texts.py": "def hello(n):\n    return f'hello {n}'\n",
    "site-packages/kit.py": "def tool(n):\n    return n\n",
}


def test_a_wheel_has_the_fingerprint_of_its_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in INSTALLED.items():
        for path in (tmp_path / name, tmp_path / "checkout" / name.removeprefix("site-packages/")):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    kit = tmp_path / "checkout" / "kit.py"
    installed, _ = at_run_time(tmp_path / "site-packages", ["shop.orders"])
    kit.unlink()
    assert installed == at_lint_time(tmp_path / "checkout", monkeypatch)


MAIN = """
from holdfast import workflow

def helper(n):
    return n + 1

def made():
    offset = helper(2)

    @workflow
    def inner(n: int) -> int:
        return helper(n) + offset

    return inner

@workflow
def order(n: int) -> int:
    return helper(n)

if __name__ == "__main__":
    import json
    print(json.dumps({found.unit: [found.version.rpartition("@")[2], found.fingerprint.parts] for found in (order, made())}))
"""


def test_a_script_and_what_is_defined_in_functions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "script.py").write_text(MAIN, encoding="utf-8")
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    ran = {unit: (digest, parts) for unit, (digest, parts) in json.loads(done.stdout).items()}
    assert set(ran) == {"script:order", "script:made.<locals>.inner"}
    assert ran == at_lint_time(tmp_path, monkeypatch)
