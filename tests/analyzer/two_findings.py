"""A project of two files with two findings: a clock behind an import, and output that a replay repeats."""

ORDERS = """\
from holdfast import step, workflow

from labels import stamped


@step
def send(order: str, label: str) -> str:
    return f"{order} sent as {label}"


@workflow
def fulfil(order: str) -> str:
    print(order)
    return send(order, stamped(order))
"""
LABELS = """\
import time

moment = time.time


def stamped(order: str) -> str:
    return f"{order}/{int(moment())}"
"""
