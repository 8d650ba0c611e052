import time
import uuid

from holdfast import workflow

from pay import Card, Cash


@workflow
def checkout(way: Card | Cash | str) -> str:
    match way:
        case Card(number=number):
            return f"{number} {uuid.uuid4()}"  # finds DUR103
        case Cash() as cash:
            return cash.count()
        case str(text) if text:
            return text
        case _:
            return str(time.time())  # finds DUR101
