import time

import holdfast
from holdfast import workflow


def label(order: str, at: float = time.time()) -> str:
    return f"{order} {at}"


@workflow
def checkout(order: str) -> str:
    return label(order, holdfast.now().timestamp())
