from holdfast import workflow

from pay import opened


@workflow
def checkout(order: str) -> str:
    with opened() as till:
        return till.number(order)
