"""What workflow code sees of an engine that closes: nothing; another engine goes on with it."""

from __future__ import annotations

import threading

import pytest
from crashing import Gate

import holdfast
from holdfast import Engine, Queue, workflow
from holdfast.declare.queue import forget_queue

_gates: dict[str, Gate] = {}
_left = threading.Event()


@workflow
def child() -> str:
    return "child"


@holdfast.step
def wait() -> None:
    _gates["step"].wait()


@workflow
def starts(how: str) -> str:
    try:
        wait()
        if how == "called":
            return child()
        return holdfast.start(child, queue="evening" if how == "enqueued" else None).result()
    except Exception as error:
        return f"the code saw {error!r}"
    finally:
        _left.set()


@pytest.mark.parametrize("how", ["called", "started", "enqueued"])
def test_a_child_that_begins_while_the_engine_closes_begins_on_another(
    store_url: str, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Queue("evening")
    _gates["step"] = Gate()
    _left.clear()
    with Engine(store_url) as engine:
        engine.start(starts, how, id="w")
        assert _gates["step"].reached.wait(30)
        stop = engine._core.pulse.stop

        def stop_slowly() -> None:
            _gates["step"].opened.set()
            assert _left.wait(30)
            stop()

        monkeypatch.setattr(engine._core.pulse, "stop", stop_slowly)
    with Engine(store_url) as another:
        assert another.handle("w").result(30) == "child"
    forget_queue("evening")
