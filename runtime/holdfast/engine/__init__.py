"""The engine: runs workflows against a store."""

from __future__ import annotations
