"""The guard: sees the hazards of the catalogue while workflow code runs, and says so under the codes of the rules."""

from __future__ import annotations

from holdfast.guard.guard import Guard, Mode
from holdfast.guard.interception import Interception

__all__ = ["Guard", "Interception", "Mode"]
