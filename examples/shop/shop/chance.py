"""Chance."""

import random


def luck(_shelf: str) -> float:
    """Return a number to sort by."""
    return random.random()
