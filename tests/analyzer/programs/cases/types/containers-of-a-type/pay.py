import os
import time
import uuid


class Till:
    def number(self, order: str) -> str:
        return f"{order} {uuid.uuid4()}"  # finds DUR103

    def other(self) -> str:
        return str(time.time())  # finds DUR101

    def third(self) -> str:
        return str(os.getpid())  # finds DUR105
