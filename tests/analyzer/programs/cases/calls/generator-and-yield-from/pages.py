import uuid
from collections.abc import Iterator


def numbered() -> Iterator[str]:
    yield str(uuid.uuid4())  # finds DUR103


def pages() -> Iterator[str]:
    yield "cover"
    yield from numbered()
