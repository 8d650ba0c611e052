import uuid

from registry import handles


@handles("card")
def by_card(order: str) -> str:
    return f"{order} {uuid.uuid4()}"
