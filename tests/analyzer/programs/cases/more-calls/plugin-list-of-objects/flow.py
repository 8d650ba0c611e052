from holdfast import workflow

from checks import CHECKS


@workflow
def checkout(order: str) -> str:
    return " ".join(check.run(order) for check in CHECKS if check.wanted)
