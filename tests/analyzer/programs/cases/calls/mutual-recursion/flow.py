from holdfast import workflow

from left import left


@workflow
def checkout(depth: int) -> float:
    return left(depth)
