from acme_payments import charge

from holdfast import workflow


@workflow
def checkout(order: str) -> str:
    return charge(order)  # finds DUR901
