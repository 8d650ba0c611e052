import os
import random
import secrets
import socket
import time
import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    name: str
    cents: int

    def one(self) -> str:
        return uuid.uuid4().hex  # finds DUR103

    def two(self) -> str:
        return str(time.time())  # finds DUR101

    def three(self) -> str:
        return str(random.random())  # finds DUR102

    def four(self) -> str:
        return str(os.getpid())  # finds DUR105

    def five(self) -> str:
        return secrets.token_hex()  # finds DUR102

    def six(self) -> str:
        return socket.gethostname()  # finds DUR105
