from holdfast import workflow

from pay import CardTill


@workflow
def checkout(order: str) -> str:
    return CardTill("x").receipt(order)
