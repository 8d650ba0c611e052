from typing import Any, NewType, cast

from holdfast import workflow

from pay import Till

OrderId = NewType("OrderId", str)


def anything() -> Any: ...


@workflow
def checkout(order: str) -> str:
    till = cast(Till, anything())
    return till.charge(OrderId(order)) + cast("Till", anything()).refund(order)
