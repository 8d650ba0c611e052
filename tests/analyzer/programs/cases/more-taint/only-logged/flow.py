import time

import holdfast
from holdfast import workflow


@workflow
def checkout(order: str) -> str:
    start = time.monotonic()  # finds DUR101
    took = time.monotonic() - start  # finds DUR101
    holdfast.logger.info("took %s", took)
    return order
