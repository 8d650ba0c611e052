import importlib
from importlib import import_module

from holdfast import workflow


@workflow
def checkout(order: str) -> str:
    clock = importlib.import_module("shop.clock")
    return f"{clock.stamp()} {import_module('random').random()}"  # finds DUR102
