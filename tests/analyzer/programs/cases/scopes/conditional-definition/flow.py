import sys
import time

from holdfast import workflow

if sys.platform == "win32":

    def stamp() -> float:
        return 0.0

else:

    def stamp() -> float:
        return time.time()  # finds DUR101


@workflow
def checkout(order: str) -> float:
    return stamp()
