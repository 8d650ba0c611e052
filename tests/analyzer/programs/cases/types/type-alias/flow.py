from typing import TypeAlias

from holdfast import workflow

from pay import Till

AnyTill: TypeAlias = Till | None
Tills = list[Till]


def count(tills: Tills) -> str:
    return tills[0].other()


@workflow
def checkout(order: str, till: AnyTill, tills: Tills) -> str:
    return (till.number(order) if till else order) + count(tills)
