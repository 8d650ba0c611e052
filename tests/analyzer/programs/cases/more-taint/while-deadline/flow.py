import time

import holdfast
from holdfast import step, workflow


@step
def ready(order: str) -> bool:
    return bool(order)


@workflow
def checkout(order: str) -> str:
    deadline = time.time() + 60  # finds DUR101
    while time.time() < deadline:  # finds DUR101 DUR502
        if ready(order):
            break
        holdfast.sleep(1)
    return order
