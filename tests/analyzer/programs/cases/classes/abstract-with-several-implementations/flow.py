from holdfast import workflow

from pay import Till, choose


@workflow
def checkout(order: str, kind: str) -> str:
    till: Till = choose(kind)
    return till.receipt(order)
