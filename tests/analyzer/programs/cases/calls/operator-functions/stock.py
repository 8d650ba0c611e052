import os
import socket
import uuid


class Item:
    @property
    def number(self) -> str:
        return uuid.uuid4().hex  # finds DUR103

    def host(self) -> str:
        return socket.gethostname()  # finds DUR105

    def pid(self) -> int:
        return os.getpid()  # finds DUR105
