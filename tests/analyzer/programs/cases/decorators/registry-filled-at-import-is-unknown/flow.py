from holdfast import workflow

import pay
from registry import HANDLERS


@workflow
def checkout(order: str) -> str:
    return HANDLERS["card"](order)  # finds DUR901
