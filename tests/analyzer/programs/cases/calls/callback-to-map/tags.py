import uuid


def tag(item: str) -> str:
    return f"{item}-{uuid.uuid4()}"  # finds DUR103
