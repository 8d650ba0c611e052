import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def timer() -> AsyncIterator[float]:
    yield time.monotonic()  # finds DUR101
