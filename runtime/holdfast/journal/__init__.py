"""The recorded operations of one workflow in memory, and what replay finds different. Pure: no I/O, no clock."""

from __future__ import annotations

from holdfast.journal.difference import Difference, Operation
from holdfast.journal.failing import last_errors
from holdfast.journal.journal import Journal
from holdfast.journal.keys import order_of

__all__ = ["Difference", "Journal", "Operation", "last_errors", "order_of"]
