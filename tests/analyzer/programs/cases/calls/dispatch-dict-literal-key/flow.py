import time
import uuid

from holdfast import workflow


def by_card() -> str:
    return str(uuid.uuid4())


def by_cash() -> str:
    return str(time.time())  # finds DUR101


WAYS = {"card": by_card, "cash": by_cash}


@workflow
def checkout(order: str) -> str:
    return WAYS["cash"]()
