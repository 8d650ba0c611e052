"""The measurements as tables: for a terminal, and as Markdown for the README."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Line:
    """One measured thing.

    Attributes:
        what: the tool and the case.
        files: of the tree.
        wall, cpu: medians in seconds.
        wall_ratio, cpu_ratio: the same as multiples of `ast.parse` over all files of that tree, in the same runs.
        memory: bytes, 0 where not watched.
        note: why there is no number, or what to know about it.
    """

    what: str
    files: int
    wall: float
    cpu: float
    wall_ratio: float
    cpu_ratio: float
    memory: int = 0
    note: str = ""

    def cells(self) -> tuple[str, ...]:
        """Return what stands in the table's columns."""
        known = bool(self.wall)
        return (
            self.what,
            f"{self.files:,}",
            f"{self.wall_ratio:.2f}×" if known else "-",
            f"{self.cpu_ratio:.2f}×" if known else "-",
            f"{self.wall:.2f} s" if known else "-",
            f"{self.memory / 2**20:,.0f} MiB" if self.memory else "",
            self.note,
        )


HEADINGS = ("what", "files", "time", "processor time", "median", "memory", "note")


def show(lines: list[Line]) -> None:
    """Print the table."""
    table = Table(title="time and processor time as multiples of `ast.parse` over all files, one core")
    for number, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="right" if 0 < number < 6 else "left")
    for line in lines:
        table.add_row(*line.cells())
    Console(width=140).print(table)


def markdown(lines: list[Line]) -> str:
    """Return the ratios as a Markdown table."""
    rows = [line.cells() for line in lines]
    kept = (0, 1, 2, 3, 5, 6)
    text = ["| " + " | ".join(HEADINGS[column] for column in kept) + " |", "|" + " --- |" * len(kept)]
    text += ["| " + " | ".join(row[column] for column in kept) + " |" for row in rows]
    return "\n".join(text) + "\n"
