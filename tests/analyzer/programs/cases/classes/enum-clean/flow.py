from enum import IntEnum, StrEnum, auto

from holdfast import workflow


class Way(StrEnum):
    CARD = auto()
    CASH = auto()

    @property
    def fee(self) -> int:
        return 3 if self is Way.CARD else 0


class Level(IntEnum):
    LOW = 1
    HIGH = 2


@workflow
def checkout(order: str, way: Way) -> str:
    total = Way.CARD.fee + way.fee + Level.LOW
    names = [member.name for member in Way]
    return f"{order} {total} {names} {Way('cash').value.upper()} {Level.HIGH.value}"
