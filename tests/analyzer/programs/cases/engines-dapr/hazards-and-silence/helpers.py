import uuid


def fresh() -> str:
    return uuid.uuid4().hex  # finds DUR103
