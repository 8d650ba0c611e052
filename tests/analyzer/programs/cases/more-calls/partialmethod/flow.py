import uuid
from functools import partialmethod

from holdfast import workflow


class Till:
    def charge(self, kind: str, order: str) -> str:
        return f"{kind} {order} {uuid.uuid4()}"  # finds DUR103

    by_card = partialmethod(charge, "card")


@workflow
def checkout(order: str) -> str:
    return Till().by_card(order)
