import os.path
import shop.clock
import shop.tags as labels

from holdfast import workflow


@workflow
def checkout(order: str) -> str:
    return f"{shop.clock.stamp()} {labels.tag()} {os.path.join('a', order)} {os.getpid()}"  # finds DUR105
