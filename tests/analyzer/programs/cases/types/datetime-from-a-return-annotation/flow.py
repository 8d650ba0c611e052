from datetime import datetime

from holdfast import workflow

from clock import start


@workflow
def checkout(order: str) -> str:
    return start().astimezone().isoformat()  # finds DUR107
