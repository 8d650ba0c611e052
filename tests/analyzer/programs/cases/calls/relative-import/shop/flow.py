from holdfast import workflow

from . import labels
from .stock.shelf import count


@workflow
def checkout(order: str) -> str:
    return f"{labels.label()} {count()}"
