from holdfast import workflow

from pay import Till


@workflow
def checkout(order: str) -> str:
    return Till().named("x").priced(3).number(order)
