import copy

from holdfast import workflow

DEFAULTS: dict[str, list[str]] = {"tags": []}


class Options:
    def __init__(self) -> None:
        self.limits = {"retries": 3}


OPTIONS = Options()


@workflow
def deep(order: str) -> list[str]:
    mine = copy.deepcopy(DEFAULTS)
    mine["tags"].append(order)
    mine["more"] = []
    return mine["tags"]


@workflow
def shallow(order: str) -> list[str]:
    mine = copy.copy(DEFAULTS)
    mine["more"] = []
    mine["tags"].append(order)  # finds DUR401
    return mine["tags"]


@workflow
def of_an_object(order: str) -> int:
    mine = copy.deepcopy(OPTIONS)
    mine.limits["retries"] = len(order)
    return mine.limits["retries"]


@workflow
def again_and_again(orders: list[str]) -> dict[str, list[str]]:
    held = DEFAULTS
    for order in orders:
        held = copy.deepcopy(held)
        held["tags"].append(order)
    return held


@workflow
def the_same(order: str) -> list[str]:
    mine = DEFAULTS
    mine["tags"].append(order)  # finds DUR401
    return mine["tags"]
