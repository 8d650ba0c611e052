"""How long `assert_replayable` takes on a workflow of ten steps: every crash point and every shifted world.

    python benchmarks/testing/determinism.py [STEPS]

Prints the first run, which starts the worlds' processes, and the fastest of five more, which find them warm.
"""

from __future__ import annotations

import sys
import time

from holdfast import step, workflow
from holdfast.testing import assert_replayable

STEPS = 10


@step
def add(total: int, number: int) -> int:
    return total + number


@workflow
def ten_steps(count: int) -> int:
    total = 0
    for number in range(count):
        total = add(total, number)
    return total


def timed(count: int) -> tuple[float, str]:
    """Return the seconds that one proof takes, and what was tried in them."""
    began = time.perf_counter()
    proof = assert_replayable(ten_steps, count)
    seconds = time.perf_counter() - began
    return seconds, f"{proof.operations} operations, {proof.crashes} crashes, {len(proof.worlds)} worlds"


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else STEPS
    cold, tried = timed(count)
    warm = min(timed(count)[0] for _ in range(5))
    print(f"{tried}: {cold:.2f} s with the start of all processes, {warm:.2f} s when they run")


if __name__ == "__main__":
    main()
