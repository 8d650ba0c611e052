"""Group commit: what waits for durability, who commits it, and how everybody hears of it."""

from __future__ import annotations

from holdfast.committer.committer import Committer
from holdfast.committer.ticket import Ticket

__all__ = ["Committer", "Ticket"]
