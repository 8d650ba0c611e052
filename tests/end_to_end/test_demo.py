"""The shop: what the analyzer says of it, and the whole of `make demo`."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHOP = "examples/shop"

PLANTED = {
    ("DUR101", f"{SHOP}/shop/labels.py"),
    ("DUR102", f"{SHOP}/shop/chance.py"),
    ("DUR103", f"{SHOP}/shop/tracking.py"),
    ("DUR301", f"{SHOP}/shop/carrier.py"),
    ("DUR405", f"{SHOP}/shop/settings.py"),
}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    environment = {
        key: value for key, value in os.environ.items() if key not in ("HOLDFAST_DATABASE_URL", "FORCE_COLOR")
    }
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def shop():
    done = run("-m", "holdfast", "check", SHOP, "--no-cache", "--output-format", "json")
    assert done.returncode == 1, done.stderr
    return json.loads(done.stdout)


def test_the_planted_hazards_are_found_and_nothing_else(shop):
    found = [finding for finding in shop["findings"] if finding["severity"] != "note"]
    assert {(finding["code"], finding["path"]) for finding in found} == PLANTED
    assert len(found) == len(PLANTED)
    assert shop["errors"] == []


def test_each_chain_runs_from_the_workflow_through_other_files_to_the_hazard(shop):
    for finding in shop["findings"]:
        if finding["severity"] != "note":
            chain = finding["chain"]
            assert chain[0]["path"] == f"{SHOP}/shop/fulfil.py"
            assert (chain[-1]["path"], chain[-1]["line"]) == (finding["path"], finding["line"])
            assert finding["units"] == ["shop.fulfil:fulfil"]


def test_the_clean_workflow_is_proved(shop):
    assert {unit["id"]: unit["verdict"] for unit in shop["units"]} == {
        "shop.checkout:checkout": "proved",
        "shop.fulfil:fulfil": "violated",
    }


def test_the_demo_shows_the_hazards_and_resumes_after_a_kill():
    done = run(f"{SHOP}/run_demo.py")
    assert done.returncode == 0, done.stdout + done.stderr
    for code, path in PLANTED:
        assert f"error[{code}]" in done.stdout or f"warning[{code}]" in done.stdout
        assert path in done.stdout
    before, after = done.stdout.split("=== 3.")
    assert "step charge is done" in before
    assert "step pack begins" in before
    assert "step pack is done" not in before
    resumed, journal = after.split("=== 4.")
    assert "step charge" not in resumed
    assert "step pack is done" in resumed
    assert "step notify is done" in resumed
    assert all(step in journal for step in ("reserve", "charge", "pack", "notify"))
