import time
from dataclasses import dataclass, field

from holdfast import workflow


@dataclass
class Cart:
    order: str
    at: float = field(default_factory=time.time)


@workflow
def checkout(order: str) -> str:
    return f"{Cart(order, at=0.0).at} {Cart(order, 0.0).at}"
