import uuid


def tag() -> str:
    return uuid.uuid4().hex  # finds DUR103
