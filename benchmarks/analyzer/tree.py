"""The tree that is checked: other code from the standard library and installed packages, and generated workflow code.

About a quarter of the bytes lie in files that name an engine or that a workflow reaches, as in real repositories.
"""

from __future__ import annotations

import random
import shutil
import sysconfig
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

WORKFLOW_SHARE = 0.3
"""Share of the files that belong to workflow packages; they are smaller than library files."""
PER_PACKAGE = 6
SEED = 20261122

WORKFLOWS = {
    "temporal": """\
from datetime import timedelta

from temporalio import activity, workflow

from .models import Order
from .pricing import Prices, total
from .labels import stamped


@activity.defn
async def charge(order: str, cents: int) -> str:
    return f"{{order}} {{cents}}"


@workflow.defn
class Fulfil{n}:
    def __init__(self) -> None:
        self.prices = Prices()
        self.notes: list[str] = []

    @workflow.run
    async def run(self, order: Order) -> str:
        cents = total(order, self.prices)
        self.notes.append(stamped(order.id))
        for line in order.lines:
            if self.prices.of(line.sku) > 100:
                self.notes.append(line.sku)
        return await workflow.execute_activity(
            charge, args=[order.id, cents], start_to_close_timeout=timedelta(seconds=5)
        )

    @workflow.signal
    def remark(self, text: str) -> None:
        self.notes.append(text)
""",
    "dbos": """\
from dbos import DBOS

from .models import Order
from .pricing import Prices, total
from .labels import stamped


@DBOS.step()
def charge(order: str, cents: int) -> str:
    return f"{{order}} {{cents}}"


@DBOS.workflow()
def fulfil{n}(order: Order) -> str:
    prices = Prices()
    label = stamped(order.id)
    receipts = [charge(line.sku, prices.of(line.sku)) for line in order.lines]
    return f"{{label}}: {{total(order, prices)}} {{len(receipts)}}"
""",
    "holdfast": """\
from holdfast import step, workflow

from .models import Order
from .pricing import Prices, total
from .labels import stamped


@step
def charge(order: str, cents: int) -> str:
    return f"{{order}} {{cents}}"


@workflow
def fulfil{n}(order: Order) -> str:
    prices = Prices()
    receipts = {{line.sku: charge(line.sku, prices.of(line.sku)) for line in order.lines}}
    return stamped(order.id) + str(total(order, prices)) + ",".join(sorted(receipts))
""",
}
MODELS = """\
from dataclasses import dataclass, field


@dataclass
class Line:
    sku: str
    count: int = 1


@dataclass
class Order:
    id: str
    lines: list[Line] = field(default_factory=list)

    @property
    def size(self) -> int:
        return sum(line.count for line in self.lines)
"""
PRICING = """\
from functools import partial

from .models import Order


class Prices:
    def __init__(self) -> None:
        self.table = {"tea": 250, "cup": 900}
        self.rule = partial(self.discounted, percent=10)

    def of(self, sku: str) -> int:
        return self.rule(self.table.get(sku, 100))

    @staticmethod
    def discounted(cents: int, percent: int) -> int:
        return cents - cents * percent // 100


def total(order: Order, prices: Prices) -> int:
    return sum(prices.of(line.sku) * line.count for line in order.lines) + order.size
"""
CLEAN_LABELS = """\
def stamped(order: str) -> str:
    return f"{order}/label".upper()
"""
HAZARDOUS_LABELS = """\
import time

moment = time.time


def stamped(order: str) -> str:
    return f"{order}/{int(moment())}"
"""
STEPS = """\
import json
import logging
import urllib.request

logger = logging.getLogger(__name__)


class Gateway:
    def __init__(self, url: str) -> None:
        self.url = url

    def send(self, order: str, payload: dict[str, str]) -> dict[str, str]:
        logger.info("sending %s", order)
        request = urllib.request.Request(self.url, data=json.dumps(payload).encode())
        with urllib.request.urlopen(request) as answer:
            return dict(json.load(answer))
"""


def library_files() -> Iterator[Path]:
    """Yield files of the standard library and of installed packages, in an order of their own, over and over."""
    paths = sysconfig.get_paths()
    found = [
        path
        for folder in (paths["stdlib"], paths["purelib"])
        for path in sorted(Path(folder).rglob("*.py"))
        if not {"test", "tests", "lib2to3", "site-packages", "holdfast"} & set(path.relative_to(folder).parts)
        and 200 < path.stat().st_size < 200_000
    ]
    random.Random(SEED).shuffle(found)
    return cycle(found)


def build(folder: Path, files: int) -> int:
    """Write a tree of `files` Python files below `folder`; return how many bytes of source it holds."""
    packages = int(files * WORKFLOW_SHARE) // PER_PACKAGE
    engines = cycle(WORKFLOWS)
    for number in range(packages):
        package = folder / "flows" / f"flow_{number}"
        package.mkdir(parents=True)
        parts = {
            "__init__.py": "",
            "models.py": MODELS,
            "pricing.py": PRICING,
            "labels.py": HAZARDOUS_LABELS if number % 5 == 0 else CLEAN_LABELS,
            "gateway.py": STEPS,
            "flow.py": WORKFLOWS[next(engines)].format(n=number),
        }
        for name, text in parts.items():
            (package / name).write_text(text)
    others = library_files()
    for number in range(files - packages * PER_PACKAGE):
        target = folder / "other" / f"part_{number % 40}" / f"module_{number}.py"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(next(others), target)
    return sum(path.stat().st_size for path in folder.rglob("*.py"))
