import uuid


class Cart:
    batch = uuid.uuid4().hex  # finds DUR405
