"""Measure Holdfast beside its peers and the floor, in one run on one machine, and print a table of ratios.

    python benchmarks/runtime/run.py [--quick] [--repeat 3] [--only TEXT]… [--systems holdfast,dbos] [--plot]

Peers are installed in virtual environments of their own, at their newest releases.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from comparison import Comparison, command_line, compare
from contestants import CONTESTANTS
from measures import MEASURES, QUICK, Sizes
from report import bars


def main() -> None:
    """Run what the command line asks for and write results.json and table.md, and plot.svg where asked."""
    options = command_line(__doc__, repeat=3)
    sizes = QUICK if options.quick else Sizes()
    compare(Comparison(MEASURES, sizes, CONTESTANTS, ("results.json", "table.md", "plot.svg"), bars), options)


if __name__ == "__main__":
    main()
