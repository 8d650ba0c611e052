"""Recorded histories run against the code at hand: no step, no transaction and no child runs, and nothing is written.

`execution` answers every durable operation from the record and halts where that ends; `loop` gives async code an event
loop without real time; `history` replays one workflow and judges it; `source` reads a database that is only to be read, or files,
`many` replays all of its histories in parallel.
"""

from __future__ import annotations

from holdfast.replay.execution import Observer
from holdfast.replay.history import Outcome, Verdict, replay_row
from holdfast.replay.many import replay_all
from holdfast.replay.source import held, named, pages, reading

__all__ = ["Observer", "Outcome", "Verdict", "held", "named", "pages", "reading", "replay_all", "replay_row"]
