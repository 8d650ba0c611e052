from holdfast import workflow

from clock import stamp
from timers import Timer


@workflow
def checkout(order: str) -> float:
    timer = Timer(stamp)
    return timer.read()
