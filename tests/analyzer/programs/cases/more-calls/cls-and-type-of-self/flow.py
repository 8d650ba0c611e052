from holdfast import workflow

from pay import CardTill


@workflow
def checkout(order: str) -> str:
    return CardTill.made().again().more().charge(order)
