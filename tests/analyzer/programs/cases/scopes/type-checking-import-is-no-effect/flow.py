from typing import TYPE_CHECKING

from holdfast import workflow

if TYPE_CHECKING:
    import time

    NOW = time.time()


def label(order: str, stamp: "time.struct_time | None" = None) -> str:
    return order


@workflow
def checkout(order: str) -> str:
    if TYPE_CHECKING:
        print(time.time())
    return label(order)
