from holdfast import workflow

from pay import Till


@workflow
def checkout(order: str, thing: object) -> str:
    if isinstance(thing, Till):
        return thing.number(order)
    return order
