"""A hazard hidden in an installed package, two calls deep, is found before the code runs and while it does: one code."""

import importlib.util
import sys
from pathlib import Path

import pytest

from holdfast import Engine
from holdfast.guard import Guard, Interception
from holdfast_analyzer import check_paths

PACKAGE = {
    "__init__.py": "from acme_labels.making import label\n",
    "making.py": """\
import itertools
import time as _clock

_count = itertools.count


def _suffix():
    return f"{_clock.time():.0f}"


def label(name):
    return f"{name}-{_suffix()}"
""",
}
SHOP = """\
from acme_labels import label
from holdfast import step, workflow


@step
def ship(order: str, label: str) -> str:
    return f"{order} as {label}"


@workflow
def deliver(order: str) -> str:
    return ship(order, label(order))
"""


def test_it_is_caught_statically_and_dynamically_with_the_same_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    installed = tmp_path / ".venv" / "lib" / version / "site-packages"
    (installed / "acme_labels").mkdir(parents=True)
    (tmp_path / ".venv" / "pyvenv.cfg").write_text(f"version = {version.removeprefix('python')}\n")
    for name, text in PACKAGE.items():
        (installed / "acme_labels" / name).write_text(text)
    (tmp_path / "pyproject.toml").write_text("[tool.holdfast]\n")
    (tmp_path / "shop.py").write_text(SHOP)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(installed))

    [finding] = check_paths([tmp_path / "shop.py"]).findings

    spec = importlib.util.spec_from_file_location("hidden_hazard_shop", tmp_path / "shop.py")
    assert spec is not None
    assert spec.loader is not None
    shop = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = shop
    spec.loader.exec_module(shop)
    seen: list[Interception] = []
    with Engine("sqlite:///:memory:", guard=Guard("warn", report=seen.append)) as engine:
        engine.run(shop.deliver, "o-1")

    [interception] = seen
    assert (interception.code, interception.line) == (finding.code, finding.line) == ("DUR101", 12)
    assert interception.hazard == finding.symbol == "time.time"
    assert len(interception.chain) == 3
