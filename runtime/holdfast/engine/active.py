"""Which engine a workflow that is called directly runs under."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING

from holdfast.errors import NoEngine

if TYPE_CHECKING:
    from holdfast.engine.engine import Engine

_entered: ContextVar[Engine | None] = ContextVar("holdfast_engine", default=None)
_launched: list[Engine] = []
_lock = threading.Lock()


def enter(engine: Engine) -> None:
    """Make `engine` the active one of this thread or task; and of the process, as long as it is the only one."""
    with _lock:
        if engine not in _launched:
            _launched.append(engine)
    _entered.set(engine)


def leave(engine: Engine) -> None:
    """Undo `enter`."""
    with _lock:
        if engine in _launched:
            _launched.remove(engine)
    if _entered.get() is engine:
        _entered.set(None)


def active_engine(what: str) -> Engine:
    """Return the engine that `what` shall run under.

    Raises:
        NoEngine: none is running, or several and none was entered here.
    """
    engine = _entered.get()
    with _lock:
        if engine is not None and engine in _launched:
            return engine
        if len(_launched) == 1:
            return _launched[0]
        count = len(_launched)
    if count:
        raise NoEngine(f"{what} was called where none of {count} running engines was entered; use `engine.run(…)`")
    raise NoEngine(f"{what} was called but no engine is running; wrap the call in `with Engine(url):`")
