from holdfast import workflow

from pay import CardTill, Till


def print_receipt(till: Till, order: str) -> str:
    return till.receipt(order)


@workflow
def checkout(order: str) -> str:
    return print_receipt(CardTill(), order)
