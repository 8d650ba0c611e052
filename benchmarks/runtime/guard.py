"""What the guard costs: processor time of a call-heavy workflow with `guard="off"` and `guard="warn"`.

    python benchmarks/runtime/guard.py [--calls 3000000] [--rounds 7]

The workflow prices orders in plain Python: functions, methods, properties, built-ins, comprehensions and a sort with a key,
and no step but one. It is the worst case: workflow code proper is seldom more than glue between steps. `bare` is the same
function called without any engine; each figure is the median of the rounds, which take turns. `first run` is a workflow
that prices nothing: what it costs more under the guard is paid once for each workflow and engine.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from holdfast import Engine, step, workflow


@dataclass
class Line:
    """One line of an order."""

    sku: str
    count: int
    cents: int

    @property
    def total(self) -> int:
        """What it costs."""
        return self.count * self.cents

    def discounted(self, percent: int) -> int:
        """What it costs with a discount."""
        return less(self.total, percent)


def less(cents: int, percent: int) -> int:
    """Return `cents` less `percent`."""
    return max(0, cents - cents * percent // 100)


def price(lines: list[Line], percent: int) -> int:
    """Price one order: about 40 calls."""
    kept = []
    for line in lines:
        if line.sku.startswith("s"):
            kept.append(line.discounted(percent))
    ordered = sorted(lines, key=lambda line: line.total)
    names = ",".join(line.sku.upper() for line in ordered)
    return sum(kept) + len(names)


@step
def book(total: int) -> int:
    """The one step."""
    return total


def work(orders: int) -> int:
    """Price `orders` orders."""
    lines = [Line(f"s-{number}", number, 100 + number) for number in range(5)]
    total = 0
    for number in range(orders):
        total += price(lines, number % 30)
    return total


@workflow
def heavy(orders: int) -> int:
    """The workflow."""
    return book(work(orders))


def seconds(run: Callable[[], object]) -> float:
    """Return the processor time of `run()` in this process."""
    began = time.process_time()
    run()
    return time.process_time() - began


def first_run(mode: str) -> float:
    """Return the processor time of a workflow that does nothing, the median of some fresh engines."""
    taken = []
    for _ in range(9):
        with Engine("sqlite:///:memory:", guard=mode) as engine:  # type: ignore[arg-type]
            taken.append(seconds(lambda engine=engine: engine.run(heavy, 0)))  # type: ignore[misc]
    return statistics.median(taken)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=3_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    orders = options.calls // 40
    taken: dict[str, list[float]] = {"bare": [], "off": [], "warn": []}
    for _ in range(options.rounds):
        taken["bare"].append(seconds(lambda: work(orders)))
        for mode in ("off", "warn"):
            with Engine("sqlite:///:memory:", guard=mode) as engine:  # type: ignore[arg-type]
                taken[mode].append(seconds(lambda engine=engine: engine.run(heavy, orders)))  # type: ignore[misc]
    middle = {mode: statistics.median(rounds) for mode, rounds in taken.items()}
    print(f"Python {platform.python_version()}, {options.calls} calls, median of {options.rounds} rounds")
    for mode, value in middle.items():
        print(f"{mode:5} {value * 1000:8.1f} ms  {value / middle['off']:6.3f} × off")
    print(f"first run: off {first_run('off') * 1000:.1f} ms, warn {first_run('warn') * 1000:.1f} ms")


if __name__ == "__main__":
    main()
