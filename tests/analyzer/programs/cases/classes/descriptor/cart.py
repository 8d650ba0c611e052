import uuid


class Fresh:
    def __get__(self, owner: object, kind: type) -> str:
        return str(uuid.uuid4())  # finds DUR103


class Cart:
    label = Fresh()
