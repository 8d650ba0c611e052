"""An engine that closes while it claims: what it has claimed is given back, and does not wait for a lease to run out."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any, cast

import pytest

from holdfast import Client, Engine, State, workflow
from holdfast.store import Store, open_store


@workflow
def late() -> None:
    raise AssertionError("nobody has begun it")


class ClosesMeanwhile:
    """A store whose first claim that finds something is answered when its engine has begun to close."""

    def __init__(self, url: str) -> None:
        self._store = open_store(url)
        self.engine: Engine | None = None
        self.closing: threading.Thread | None = None

    def claim(self, *arguments: Any) -> Any:
        claimed = self._store.claim(*arguments)
        if claimed and self.closing is None:
            assert self.engine is not None
            closing = threading.Thread(target=self.engine.close)
            closing.start()
            self.closing = closing
            deadline = time.monotonic() + 20
            while self.engine._core.open:
                assert time.monotonic() < deadline
                time.sleep(0.001)
        return claimed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_what_is_claimed_while_the_engine_closes_is_given_back(
    store_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = ClosesMeanwhile(store_url)
    with (
        caplog.at_level(logging.WARNING, "holdfast"),
        Engine(store=cast(Store, store)) as store.engine,
        Client(store_url) as client,
    ):
        client.enqueue(late, id="w")
        deadline = time.monotonic() + 20
        while store.closing is None:
            assert time.monotonic() < deadline
            time.sleep(0.001)
        store.closing.join(20)
        record = client.get("w")
    assert (record.state, record.executor) == (State.QUEUED, None)
    assert caplog.text == ""
