import time

import holdfast
from holdfast import Queue, workflow

letters = Queue("letters", concurrency=2)


@workflow
def write(text: str) -> str:
    return text


@workflow
def by_the_minute(text: str) -> str:
    minute = int(time.time() // 60)  # finds DUR101
    return holdfast.start(write, text, queue=letters, deduplicate=f"minute {minute}").result()  # finds DUR501


@workflow
def by_the_text(text: str) -> str:
    return holdfast.start(write, text, queue=letters, priority=2, delay=1.5, deduplicate=text, deadline=60.0).result()
