"""`holdfast verify`, and one hidden hazard that both halves find under the same code."""

import json
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

import pytest

SHOP = Path(__file__).resolve().parents[2] / "examples" / "shop"

FLOW = """
from acme_labels import label_for
from holdfast import step, workflow


@step
def print_label(text: str) -> str:
    return text


@workflow(examples=[("o-1",)])
def ship(order: str) -> str:
    return print_label(label_for(order))
"""

HELPER = {
    "__init__.py": "from acme_labels.text import label_for\n",
    "text.py": "from acme_labels import stamps\n\n\ndef label_for(order):\n    return f'{order}/{stamps.stamp()}'\n",
    "stamps.py": "import time\n\n_now = time.time\n\n\ndef stamp():\n    return int(_now())\n",
}
"""A third-party package in pure Python: nothing in it names an engine, and the clock is two calls deep, under an alias."""

GAP = """
import importlib

from holdfast import step, workflow


@step
def book(order: str) -> str:
    return order


@workflow(examples=[("o-1",)])
def hidden(order: str) -> str:
    clock = getattr(importlib.import_module("".join(["ti", "me"])), "".join(["ti", "me"]))
    return book(f"{order}/{clock()}")


@workflow(examples=[("o-1", 5), ("o-2", 7)])
def rare(order: str, pieces: int) -> str:
    if pieces > 1000:
        return book(input())
    return book(order)
"""

OTHER = """
from dbos import DBOS


@DBOS.step()
def book(order: str) -> str:
    return order


@DBOS.workflow()
def elsewhere(order: str) -> str:
    return book(order)
"""


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "holdfast", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)


def verified(folder: Path, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = run("verify", "--output-format", "json", *arguments, folder=folder)
    assert done.returncode in (0, 1), done.stderr
    return done.returncode, {unit["id"]: unit for unit in json.loads(done.stdout)["units"]}


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """A virtual environment's site-packages that holds the helper, seen by this interpreter."""
    packages = tmp_path / "venv" / "lib" / f"python{sysconfig.get_python_version()}" / "site-packages"
    (packages / "acme_labels").mkdir(parents=True)
    for name, text in HELPER.items():
        (packages / "acme_labels" / name).write_text(text)
    return packages


def test_a_hazard_in_a_third_partys_helper_is_found_by_both_halves(
    venv: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "flows.py").write_text(FLOW)
    monkeypatch.setenv("PYTHONPATH", str(venv))
    checked = run("check", "--output-format", "json", "--no-cache", folder=project)
    findings = json.loads(checked.stdout)["findings"]
    assert [each["code"] for each in findings] == ["DUR101"]
    status, units = verified(project)
    unit = units["flows:ship"]
    assert status == 1
    assert unit["agreement"] == "agree"
    assert [each["code"] for each in unit["dynamic"]["seen"]] == ["DUR101"]
    seen = unit["dynamic"]["seen"][0]
    # Both place it at the last line of the project's own code.
    assert (Path(seen["path"]).name, seen["line"]) == (findings[0]["path"], findings[0]["line"])


def test_the_example_shop() -> None:
    status, units = verified(SHOP)
    assert status == 1
    clean, planted = units["shop.checkout:checkout"], units["shop.fulfil:fulfil"]
    assert (clean["static"]["verdict"], clean["dynamic"]["verdict"], clean["agreement"]) == (
        "proved",
        "replays",
        "agree",
    )
    assert planted["agreement"] == "agree"
    assert {each["code"] for each in planted["dynamic"]["seen"]} <= set(planted["static"]["codes"])
    assert planted["gaps"] == []


def test_what_only_run_time_sees_is_a_gap_and_what_only_analysis_sees_is_not_reproduced(tmp_path: Path) -> None:
    (tmp_path / "flows.py").write_text(GAP)
    (tmp_path / "others.py").write_text(OTHER)
    status, units = verified(tmp_path)
    assert status == 1
    hidden = units["flows:hidden"]
    assert hidden["agreement"] == "analyzer gap"
    [gap] = hidden["gaps"]
    assert (gap["code"], gap["line"], gap["how"]) == ("DUR101", 15, "intercepted `time.time`")
    rare = units["flows:rare"]
    assert rare["agreement"] == "not reproduced"
    assert rare["dynamic"]["verdict"] == "replays"
    assert rare["not_reproduced"]
    other = units["others:elsewhere"]
    assert (other["dynamic"]["verdict"], other["dynamic"]["reason"]) == ("not run", "engine: dbos")
    shown = run("verify", folder=tmp_path)
    assert "analyzer gap in flows:hidden: DUR101 wall-clock at flows.py:15" in shown.stdout
    assert "not reproduced in flows:rare" in shown.stdout


def test_a_clean_project_is_status_0_and_a_wrong_path_status_2(tmp_path: Path) -> None:
    (tmp_path / "flows.py").write_text(
        FLOW.replace("from acme_labels import label_for\n", "").replace("label_for(order)", "order")
    )
    status, units = verified(tmp_path)
    assert status == 0
    assert units["flows:ship"]["agreement"] == "agree"
    assert run("verify", "nowhere", folder=tmp_path).returncode == 2
