import uuid

from holdfast import workflow


class Till:
    def number(self) -> str:
        return uuid.uuid4().hex  # finds DUR103


class Plain:
    def number(self) -> str:
        return "plain"


@workflow
def checkout(order: str) -> str:
    till = Till()
    names = [till.number() for till in [Plain()]]
    return till.number() + str(names)
