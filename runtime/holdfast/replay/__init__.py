"""Recorded histories run against the code at hand: no step, no transaction and no child runs, and nothing is written.

`execution` answers every durable operation from the record and halts where that ends; `loop` gives async code an event
loop without real time; `history` replays one workflow and judges it; `many` replays a whole database's in parallel.
"""

from __future__ import annotations

from holdfast.replay.execution import Observer
from holdfast.replay.history import Outcome, Verdict, replay_row
from holdfast.replay.many import replay_all

__all__ = ["Observer", "Outcome", "Verdict", "replay_all", "replay_row"]
