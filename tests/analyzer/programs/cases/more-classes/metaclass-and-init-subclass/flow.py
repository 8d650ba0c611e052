from holdfast import workflow

from pay import Till


@workflow
def checkout(order: str) -> str:
    return Till.kinds["CardTill"]().charge(order) if Till.kinds else order  # finds DUR901
