"""Where workflows and their checkpoints are kept: a small port, and its two implementations."""

from __future__ import annotations

from holdfast.store.port import Store
from holdfast.store.records import (
    Beat,
    Checkpoint,
    Claimed,
    Entry,
    Outcome,
    Row,
    Selection,
    Start,
    Turn,
)
from holdfast.store.url import open_store

__all__ = [
    "Beat",
    "Checkpoint",
    "Claimed",
    "Entry",
    "Outcome",
    "Row",
    "Selection",
    "Start",
    "Store",
    "Turn",
    "open_store",
]
