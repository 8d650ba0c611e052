from holdfast import workflow

from labels import Label


@workflow
def checkout(order: str) -> str:
    return f"{order} {Label()}"
