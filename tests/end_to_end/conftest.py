"""Fixtures of the end-to-end tests: databases as in `tests/runtime`, from a server of their own that they may kill."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "runtime"))
sys.path.insert(0, str(Path(__file__).parent / "programs"))
sys.path.insert(0, str(Path(__file__).parent))

from postgres_fixtures import postgres_server, postgres_url, store_url
from programs_found import PGBOUNCER

__all__ = ["postgres_server", "postgres_url", "store_url"]


def pytest_report_header() -> str:
    """Say what is not tested here, so that nothing is left out in silence."""
    return f"pgbouncer: {PGBOUNCER or 'not installed, so `test_pooler.py` uses a pooler of its own only'}"


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """The file that effects are entered in, outside of every database."""
    path = tmp_path / "ledger"
    path.touch()
    return path
