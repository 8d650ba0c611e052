"""`holdfast check --write-manifest` and `holdfast units --json`: which code was checked."""

import json
import os
from pathlib import Path

import pytest

from holdfast.__main__ import main
from holdfast_analyzer import check_source
from holdfast_rules.manifest import DEFAULT_PATH, decoded

STEPS = """
from holdfast import step


@step(name="the-reserve")
def reserve(order: str) -> str:
    return order


@step
def charge(order: str) -> str:
    return order
"""

SHOP = '''
import time

import absent
import holdfast
from holdfast import workflow
from steps import charge, reserve


def total(parts: list[str]) -> int:
    """Add up."""
    return len(parts)


@workflow(name="orders.buy", version="3")
def buy(order: str) -> str:
    for part in order.split():
        if part:
            reserve(part)
        else:
            holdfast.sleep(total([part]))
    try:
        return charge(order)
    except ValueError:
        return reserve(order)
    finally:
        holdfast.set_value("done", True)


@workflow
def late(order: str) -> str:
    return charge(f"{order} {time.time()}")


@workflow
def open_ended(order: str) -> str:
    return charge(absent.name(order)) and buy(order)
'''


@pytest.fixture
def manifest(tmp_path, monkeypatch, capsys):
    """Write files, then the manifest; return it."""
    monkeypatch.chdir(tmp_path)

    def write(*arguments: str, **files: str):
        for name, text in files.items():
            Path(f"{name}.py").write_text(text, encoding="utf-8")
        main(["check", "--quiet", "--write-manifest", *arguments])
        capsys.readouterr()
        return decoded(Path(DEFAULT_PATH).read_bytes(), DEFAULT_PATH)

    return write


def test_it_says_of_each_workflow_what_was_checked(manifest):
    found = manifest(shop=SHOP, steps=STEPS)
    buy, late, open_ended = found.units
    assert (buy.id, buy.name, buy.version, buy.engine, buy.verdict) == (
        "shop:buy",
        "orders.buy",
        "3",
        "holdfast",
        "violated",
    )
    assert buy.codes == ("DUR504",)
    assert buy.skeleton == (
        "loop",
        "  if",
        "    step the-reserve",
        "  else",
        "    sleep",
        "step steps.charge",
        "except",
        "  step the-reserve",
        "finally",
        "  send set_value(done)",
    )
    assert set(buy.code) == {"shop:buy", "shop:total"}
    assert (late.name, late.verdict, late.codes) == ("shop.late", "violated", ("DUR101",))
    assert (open_ended.verdict, open_ended.codes) == ("unknown", ())
    assert open_ended.skeleton == ("step steps.charge", "if", "  child orders.buy")
    assert found.packages == ("shop",)
    assert len({unit.fingerprint for unit in found.units}) == 3


def test_it_is_the_same_byte_for_byte_until_the_code_changes(manifest):
    manifest(shop=SHOP, steps=STEPS)
    before = Path(DEFAULT_PATH).read_bytes()
    manifest(
        shop=SHOP.replace('"""Add up."""', '"""Count."""\n\n    # all of them'),
        steps=STEPS.replace("return order", "return order * 2"),
    )
    assert Path(DEFAULT_PATH).read_bytes() == before
    manifest(shop=SHOP.replace("len(parts)", "len(parts) + 1"))
    assert Path(DEFAULT_PATH).read_bytes() != before


def test_the_findings_are_reported_all_the_same(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("shop.py").write_text(SHOP)
    Path("steps.py").write_text(STEPS)
    assert main(["check", "--write-manifest=all.json"]) == 1
    captured = capsys.readouterr()
    assert "DUR101" in captured.out
    assert captured.err == "wrote 3 workflows to `all.json`\n"


def test_it_overwrites_nothing_but_a_manifest(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("shop.py").write_text(SHOP)
    assert main(["check", "--write-manifest", "shop.py"]) == 2
    assert "is no manifest, so it is not overwritten" in capsys.readouterr().err
    assert Path("shop.py").read_text() == SHOP
    os.mkdir("folder")
    assert main(["check", "--write-manifest", "folder"]) == 2
    assert "`folder` is a folder" in capsys.readouterr().err
    assert main(["check", "--write-manifest=folder/none/all.json"]) == 2
    assert "cannot be written" in capsys.readouterr().err


def test_suppressed_findings_do_not_count(manifest):
    silenced = SHOP.replace('{time.time()}")', '{time.time()}")  # holdfast: ignore[DUR101] shown to people only')
    assert manifest(shop=silenced, steps=STEPS).units[1].codes == ()


def test_units_tell_fingerprints(manifest, capsys):
    found = manifest(shop=SHOP, steps=STEPS)
    for option in (["--json"], ["--output-format", "json"]):
        assert main(["units", *option]) == 0
        listed = json.loads(capsys.readouterr().out)
        assert [(unit["id"], unit["fingerprint"]) for unit in listed] == [
            (unit.id, unit.fingerprint) for unit in sorted(found.units, key=lambda unit: unit.id)
        ]


def test_code_newer_than_this_python_gets_no_fingerprint(manifest, capsys):
    found = manifest(
        shop=SHOP,
        steps=STEPS,
        newer="from holdfast import workflow\nfrom later import x\n\n\n@workflow\ndef wf(n: int) -> int:\n    return x(n)\n",
        later="def x(n):\n    return n +\n",
    )
    unit = next(unit for unit in found.units if unit.id == "newer:wf")
    assert unit.fingerprint == ""
    main(["units", "--json"])
    captured = capsys.readouterr()
    assert next(unit for unit in json.loads(captured.out) if unit["id"] == "newer:wf")["fingerprint"] is None
    assert "`newer:wf` gets no fingerprint" in captured.err


def test_helpers_that_call_each_other_are_written_out_once_a_turn():
    source = """
from holdfast import step, workflow


@step
def once(n: int) -> int:
    return n


def down(n: int) -> int:
    once(n)
    return down(n - 1) if n else 0


@workflow
def wf(n: int) -> int:
    return down(n)
"""
    changed = source.replace("    once(n)\n", "    once(n)\n    once(n)\n")
    assert [f.code for f in check_source(source, base=source).findings if f.code == "DUR601"] == []
    assert [f.line for f in check_source(changed, base=source).findings if f.code == "DUR601"] == [11]
