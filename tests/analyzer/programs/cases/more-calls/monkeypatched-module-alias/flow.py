import shop.compat as compat

from holdfast import workflow


@workflow
def checkout(order: str) -> str:
    return f"{compat.now()} {compat.rand.random()}"  # finds DUR101 DUR102
