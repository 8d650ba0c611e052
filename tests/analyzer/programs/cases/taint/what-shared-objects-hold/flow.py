from collections import defaultdict
from holdfast import workflow

REG = {"tags": []}
REG2: dict[str, dict[str, list[str]]] = {}
REG3 = defaultdict(list)
REG4 = {"a": {"b": []}}
REG5 = [[], []]


class Box:
    def __init__(self):
        self.rows = []
        self.inner = {"x": []}


BOX = Box()


@workflow
def a(x: str) -> None:
    REG["tags"].append(x)  # finds DUR401


@workflow
def b(x: str) -> None:
    REG2[x]["y"].append(x)  # finds DUR401


@workflow
def c(x: str) -> None:
    REG3[x].append(x)  # finds DUR401


@workflow
def d(x: str) -> None:
    REG4["a"]["b"].append(x)  # finds DUR401


@workflow
def e(x: str) -> None:
    REG5[0].append(x)  # finds DUR401


@workflow
def f(x: str) -> None:
    BOX.rows.append(x)  # finds DUR401


@workflow
def g(x: str) -> None:
    BOX.inner["x"].append(x)  # finds DUR401


@workflow
def h(x: str) -> None:
    for row in REG.values():
        row.append(x)  # finds DUR401


@workflow
def i(x: str) -> None:
    REG4.get("a", {}).setdefault("b", []).append(x)  # finds DUR401
