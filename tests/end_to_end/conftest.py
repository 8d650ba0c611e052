"""Fixtures of the end-to-end tests: databases as in `tests/runtime`, from a server of their own that they may kill."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "runtime"))
sys.path.insert(0, str(Path(__file__).parent / "programs"))
sys.path.insert(0, str(Path(__file__).parent))

from postgres_fixtures import postgres_server, postgres_url, store_url
from programs_found import PGBOUNCER
from small_disk import CAN_MOUNT

__all__ = ["postgres_server", "postgres_url", "store_url"]


def pytest_report_header() -> list[str]:
    """Say what is not tested here, so that nothing is left out in silence."""
    pooler = PGBOUNCER or "not installed, so `test_pooler.py` uses a pooler of its own only"
    disk = "mounted" if CAN_MOUNT else "cannot be mounted here, so Postgres' answer to a full one is simulated only"
    return [f"pgbouncer: {pooler}", f"small disk: {disk}"]


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """The file that effects are entered in, outside of every database."""
    path = tmp_path / "ledger"
    path.touch()
    return path
