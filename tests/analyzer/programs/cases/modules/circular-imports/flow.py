from holdfast import workflow

import left


@workflow
def checkout(order: str) -> float:
    return left.first()
