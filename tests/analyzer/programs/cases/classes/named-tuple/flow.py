from holdfast import workflow

from cart import Line


@workflow
def checkout(order: str) -> str:
    line = Line(order, 2)
    name, count = line
    return line._replace(count=3).label() + name.upper() + str(count)
