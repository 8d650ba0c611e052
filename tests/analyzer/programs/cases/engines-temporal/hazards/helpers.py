import time
import uuid


def fresh() -> str:
    return uuid.uuid4().hex  # finds DUR103


def late() -> bool:
    return time.time() > 3  # finds DUR101
