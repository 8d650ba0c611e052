from holdfast import workflow

from clock import stamp
from retrying import attempt


@workflow
def checkout(order: str) -> float:
    return attempt(stamp, times=3)
