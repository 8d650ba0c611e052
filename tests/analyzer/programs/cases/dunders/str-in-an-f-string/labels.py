import uuid


class Label:
    def __str__(self) -> str:
        return uuid.uuid4().hex  # finds DUR103
