from holdfast import workflow

from lines import Counted, Lines


@workflow
def checkout(order: str) -> str:
    text = "".join(str(line) for line in Lines())
    for number in Counted():
        text += str(number)
    return text
