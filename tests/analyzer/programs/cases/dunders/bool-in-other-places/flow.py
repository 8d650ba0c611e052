from holdfast import workflow

from flags import A, B, C, D


@workflow
def checkout(order: str) -> str:
    text = order if A() else "off"
    if not B():
        text += "!"
    while C():
        text += "?"
    return text + str(bool(D()))
