import uuid
from collections.abc import Generator


class Ready:
    def __await__(self) -> Generator[None, None, str]:
        yield
        return uuid.uuid4().hex  # finds DUR103
