import os
import uuid


class Till:
    def number(self, order: str) -> str:
        return f"{order} {uuid.uuid4()}"  # finds DUR103

    def other(self) -> str:
        return str(os.getpid())  # finds DUR105
