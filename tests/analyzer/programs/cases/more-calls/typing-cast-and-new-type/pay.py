import time
import uuid


class Till:
    def charge(self, order: str) -> str:
        return f"{order} {uuid.uuid4()}"  # finds DUR103

    def refund(self, order: str) -> str:
        return f"{order} {time.time()}"  # finds DUR101
