import time
import uuid

from holdfast import workflow


@workflow
def checkout(items: list[str]) -> str:
    for item in items:
        if item:
            break
    else:
        return str(time.time())  # finds DUR101
    while items:
        items = items[1:]
    else:
        return uuid.uuid4().hex  # finds DUR103
    return ""
