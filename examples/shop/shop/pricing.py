"""What an order costs: plain arithmetic, safe in a workflow."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One line of an order."""

    sku: str
    pieces: int
    cents: int


def total(lines: list[Line]) -> int:
    """Return the price of an order in cents."""
    return sum(line.pieces * line.cents for line in lines)
