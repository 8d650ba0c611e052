from __future__ import annotations

from typing import TYPE_CHECKING

from holdfast import workflow

if TYPE_CHECKING:
    from pay import Till


@workflow
def checkout(order: str, till: "Till") -> str:
    return till.number(order)
