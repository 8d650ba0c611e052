import os
import random
import secrets
import socket
import time
import uuid


class A:
    def label(self) -> str:
        return uuid.uuid4().hex  # finds DUR103


class B:
    def label(self) -> str:
        return str(time.time())  # finds DUR101


class C:
    def label(self) -> str:
        return str(random.random())  # finds DUR102


class D:
    def label(self) -> str:
        return str(os.getpid())  # finds DUR105


class E:
    def label(self) -> str:
        return secrets.token_hex()  # finds DUR102


class F:
    def label(self) -> str:
        return socket.gethostname()  # finds DUR105


class G:
    def label(self) -> str:
        return str(os.environ.get("G"))  # finds DUR104
