from holdfast import workflow

from pay import Till


def made(kind: type[Till]) -> Till:
    return kind()


@workflow
def checkout(order: str) -> str:
    return made(Till).number(order)
