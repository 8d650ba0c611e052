import os
import random
import secrets
import time
import uuid
from collections.abc import AsyncIterator


async def a() -> str:
    return uuid.uuid4().hex  # finds DUR103


async def b() -> str:
    return str(time.time())  # finds DUR101


async def c() -> str:
    return str(random.random())  # finds DUR102


async def d() -> str:
    return str(os.getpid())  # finds DUR105


async def e() -> AsyncIterator[str]:
    yield secrets.token_hex()  # finds DUR102
