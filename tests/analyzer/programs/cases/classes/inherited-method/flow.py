from holdfast import workflow

from pay.card import CardTill


@workflow
def checkout(order: str) -> str:
    return CardTill().receipt(order)
