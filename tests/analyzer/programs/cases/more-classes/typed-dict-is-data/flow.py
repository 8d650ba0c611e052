from typing import TypedDict

from holdfast import workflow


class Order(TypedDict, total=False):
    name: str
    lines: list[str]


@workflow
def checkout(order: Order) -> str:
    made = Order(name="x", lines=["a"])
    made["name"] = order["name"].upper()
    made["lines"].append("b")
    return made.get("name", "") + ",".join(line.strip() for line in order.get("lines", []))
