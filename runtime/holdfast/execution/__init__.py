"""One run of one workflow: its branches, its durable operations, and how they end."""

from __future__ import annotations
