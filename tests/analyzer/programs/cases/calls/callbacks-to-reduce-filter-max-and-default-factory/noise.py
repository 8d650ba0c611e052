import os
import random
import socket
import time


def add(total: int, price: int) -> int:
    return total + price + random.randint(0, 1)  # finds DUR102


def cheap(price: int) -> bool:
    return price < time.monotonic()  # finds DUR101


def worth(price: int) -> str:
    return socket.gethostname()  # finds DUR105


def first() -> str | None:
    return os.getenv("FIRST")  # finds DUR104
