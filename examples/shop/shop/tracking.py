"""Tracking numbers."""

from uuid import uuid4


def new_tracking() -> str:
    """Return a number that no other parcel has."""
    return f"TRK-{uuid4().hex[:12]}"
