import time
import uuid

from holdfast import workflow


def by_card() -> str:
    return str(uuid.uuid4())


def by_cash() -> str:
    return str(time.time())  # finds DUR101


def free() -> str:
    return "nothing"


@workflow
def checkout(order: str) -> str:
    ways = {"card": by_card}
    ways["cash"] = by_cash
    return ways.get("cash", free)()
