import os
import time

REGION = os.environ.get("REGION", "eu")  # finds DUR405
STARTED = time.time()  # finds DUR405
_LIMIT = int(os.getenv("LIMIT", "3"))  # finds DUR405
UNUSED = os.environ.get("UNUSED")


def limit() -> int:
    return _LIMIT
