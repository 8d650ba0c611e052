import os
import time
import uuid


class A:
    def number(self) -> str:
        return uuid.uuid4().hex  # finds DUR103


class B:
    def number(self) -> str:
        return str(time.time())  # finds DUR101


class C:
    def number(self) -> str:
        return str(os.getpid())  # finds DUR105
