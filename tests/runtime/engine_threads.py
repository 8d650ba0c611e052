"""No test leaves an engine's threads behind: they would go on to use its database, and be counted in later tests."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Final

import pytest

_PATIENCE: Final = 5.0
"""Seconds in which threads end that were told to."""


def _engine_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("holdfast-")}


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    """Fail a test after which a thread of an engine runs that did not run before."""
    before = _engine_threads()
    yield
    deadline = time.monotonic() + _PATIENCE
    while left := _engine_threads() - before:
        if time.monotonic() > deadline:
            pytest.fail(f"the test left {sorted(thread.name for thread in left)}; close its engines")
        time.sleep(0.005)
